// Starts instances, at most so many in flight, and collects how each of them ends.

/**
 * @typedef {object} Outcome
 * @property {boolean} right
 * @property {number} ms from start to end, as the client sees it
 */

/**
 * @param {import("./peer.mjs").Peer} peer
 * @param {string} name of the workload
 * @param {import("./workloads.mjs").Workload} workload
 * @param {{instances: number, in_flight: number}} load
 * @returns {Promise<Outcome[]>}
 */
export async function drive(peer, name, workload, load) {
  const prefix = `${name}-${process.hrtime.bigint()}-`;
  const outcomes = [];
  let next = 0;
  let complaints = 0;

  // What is wrong with one is mostly wrong with all.
  function complain(n, fault) {
    if (++complaints <= 3) console.error(`${peer.name}: wrong: ${prefix}${n}: ${fault}`);
  }

  async function run_one(n) {
    const began = performance.now();
    const expected = workload.expected(n);
    const output = await peer.run(name, prefix + n, n).catch((error) => error);
    const right = output === expected;
    outcomes.push({ right, ms: performance.now() - began });
    if (!right) complain(n, `expected ${expected}, got: ${output instanceof Error ? output.message : output}`);
  }

  async function run_many() {
    while (next < load.instances) await run_one(next++);
  }

  const lanes = Math.min(load.in_flight || load.instances, load.instances);
  await Promise.all(Array.from({ length: lanes }, run_many));
  return outcomes;
}
