// What bench/compare has measured, as tables:  node summary.mjs FILE, which has the JSON lines of all runs.
import { readFileSync } from "node:fs";

const units = {
  hello: "instances/s",
  sequence5: "steps/s",
  chain: "steps/s",
  fanout: "activities/s",
  latency: "ms, p50 / p99",
  timers: "timers/s",
  queue: "messages/s",
  children: "children/s",
};

const sqlite = "ours, SQLite file";
const postgres = "ours, PostgreSQL";
const rows = readFileSync(process.argv[2], "utf8").trim().split("\n").filter(Boolean).map((line) => JSON.parse(line));

// In the order in which they ran.
const peers = [...new Set(rows.map((row) => row.peer).filter(Boolean))];
const columns = [sqlite, postgres, ...peers];

const needs_a_server = (peer) => rows.some((row) => row.peer === peer && row.store.startsWith("PostgreSQL"));

// A file is compared with those only that need no database server either.
const pairs = [
  ...peers.map((peer) => [postgres, peer]),
  ...peers.filter((peer) => !needs_a_server(peer)).map((peer) => [sqlite, peer]),
];

const system_of = ({ peer, store }) => peer ?? (store.startsWith("sqlite:") ? sqlite : postgres);

const runs_of = (workload, system) =>
  rows.filter((row) => row.workload === workload && system_of(row) === system && row.ok > 0);

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// More digits do not repeat from run to run.
function rounded(value) {
  if (value < 100) return value.toPrecision(2);
  return Number(value.toPrecision(3)).toLocaleString("en").replaceAll(",", " ");
}

// More is better, for every workload.
const merit = (row) => (row.workload === "latency" ? 1 / row.p50_ms : row.steps_per_second);

function figure(workload, system) {
  const runs = runs_of(workload, system);
  if (runs.length === 0) return "–";
  const of = (name) => rounded(median(runs.map((row) => row[name])));
  return workload === "latency" ? `${of("p50_ms")} / ${of("p99_ms")}` : of("steps_per_second");
}

// Of the medians; and its range over the rounds, in each of which both had about the same machine.
function ratio(workload, [mine, theirs]) {
  const [a, b] = [mine, theirs].map((system) => runs_of(workload, system).map(merit));
  if (a.length === 0 || b.length === 0) return "–";
  const by_round = a.slice(0, b.length).map((value, round) => value / b[round]);
  const range = `${rounded(Math.min(...by_round))} to ${rounded(Math.max(...by_round))}`;
  return rounded(median(a) / median(b)) + (by_round.length > 1 ? ` (${range})` : "");
}

function cpu(workload, system) {
  const runs = runs_of(workload, system).filter((row) => row.cpu_s !== undefined);
  if (runs.length === 0) return "–";
  return rounded(median(runs.map((row) => (row.cpu_s * 1e6) / (row.seconds * row.steps_per_second))));
}

function table(head, body) {
  const lines = [head, head.map(() => "---"), ...body];
  console.log(lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n") + "\n");
}

const measured = Object.keys(units).filter((workload) => rows.some((row) => row.workload === workload));

table(
  ["workload", "counted", ...columns, ...pairs.map(([mine, theirs]) => `${mine} : ${theirs}`)],
  measured.map((workload) => [
    `\`${workload}\``,
    units[workload],
    ...columns.map((system) => figure(workload, system)),
    ...pairs.map((pair) => ratio(workload, pair)),
  ]),
);

console.log("CPU microseconds a step, of all processes but the PostgreSQL server:\n");
table(
  ["workload", ...columns],
  measured.map((workload) => [`\`${workload}\``, ...columns.map((system) => cpu(workload, system))]),
);

for (const peer of peers) {
  const row = rows.find((each) => each.peer === peer);
  if (row) console.log(`${peer} ${row.version}: ${row.store}; ${row.durability}.`);
}
const unsupported = rows.filter((row) => row.unsupported);
const reasons = unsupported.map((row) => `${row.peer}, ${row.workload}: ${row.unsupported}`);
for (const each of new Set(reasons)) console.log(each);
const wrong = rows.reduce((sum, row) => sum + (row.wrong ?? 0), 0);
console.log(`${rows.length} runs, ${wrong} wrong results.`);
