// What was measured, under the names that `duroxide_bench --json` uses.

// Nearest rank, as in bench/measurements.cpp.
function percentile(sorted, percent) {
  if (sorted.length === 0) return 0;
  return sorted[Math.max(Math.ceil((percent / 100) * sorted.length), 1) - 1];
}

/**
 * @param {import("./drive.mjs").Outcome[]} outcomes
 * @param {number} seconds
 * @param {number} steps of one instance
 */
export function figures(outcomes, seconds, steps) {
  // What ended wrong is counted, but has no part in how fast it went.
  const right = outcomes.filter((each) => each.right);
  const latencies = right.map((each) => each.ms).sort((a, b) => a - b);
  const per_second = right.length / seconds;
  return {
    instances: outcomes.length,
    ok: right.length,
    wrong: outcomes.length - right.length,
    seconds,
    per_second,
    steps_per_second: per_second * steps,
    p50_ms: percentile(latencies, 50),
    p90_ms: percentile(latencies, 90),
    p99_ms: percentile(latencies, 99),
  };
}
