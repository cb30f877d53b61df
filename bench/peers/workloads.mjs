// The workloads of bench/workloads that others run too: what goes in, what must come out, and how many instances are
// started by default. They are fewer than ours where that many would take minutes.

// The sum of n .. n + width - 1, each plus one.
const sum_of_successors = (n, width) => width * n + (width * (width - 1)) / 2 + width;

/**
 * @typedef {object} Workload
 * @property {number} instances
 * @property {number} in_flight at most so many at a time; 0: all at once
 * @property {number} steps of one instance
 * @property {(n: number) => number} expected output of the instance with input n
 */

/** @type {Record<string, Workload>} */
export const workloads = {
  hello: { instances: 2000, in_flight: 0, steps: 1, expected: (n) => n + 1 },
  sequence5: { instances: 500, in_flight: 0, steps: 5, expected: (n) => n + 5 },
  chain: { instances: 200, in_flight: 0, steps: 20, expected: (n) => n + 20 },
  fanout: { instances: 50, in_flight: 0, steps: 100, expected: (n) => sum_of_successors(n, 100) },
  latency: { instances: 200, in_flight: 1, steps: 1, expected: (n) => n + 1 },
  timers: { instances: 1000, in_flight: 0, steps: 1, expected: (n) => n },
  queue: { instances: 50, in_flight: 0, steps: 10, expected: (n) => n + 45 },
  children: { instances: 50, in_flight: 0, steps: 10, expected: (n) => sum_of_successors(n, 10) },
};
