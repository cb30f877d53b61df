// One workload on one of the others, checked and measured; one line of JSON. bench/peers/NAME/run calls it.
import { parseArgs } from "node:util";
import { drive } from "./drive.mjs";
import { figures } from "./figures.mjs";
import { workloads } from "./workloads.mjs";

// Enough to compile what is hot and to wake what sleeps. We have nothing to warm up, and get no such run.
const warm_up = ({ steps }) => ({ instances: Math.max(10, 200 / steps), in_flight: 10 });

function fail(text) {
  console.error(`${process.argv[2]}: ${text}`);
  process.exit(2);
}

// Several attempts to connect may have failed, and then the error itself says nothing.
function said_by(error) {
  return error.message || error.errors?.map((each) => each.message).join("; ") || String(error);
}

function count(text, name) {
  if (!/^[0-9]+$/.test(text)) fail(`--${name} needs a number`);
  return Number(text);
}

function read_arguments() {
  try {
    const { values } = parseArgs({
      args: process.argv.slice(3),
      options: {
        workload: { type: "string" },
        instances: { type: "string" },
        "in-flight": { type: "string" },
        store: { type: "string", default: process.env.DUROXIDE_BENCH_STORE },
      },
    });
    return values;
  } catch (error) {
    return fail(error.message);
  }
}

async function measure(peer, name, load) {
  const workload = workloads[name];
  await drive(peer, name, workload, warm_up(workload));
  const cpu_before = peer.cpu_seconds();
  const began = performance.now();
  const outcomes = await drive(peer, name, workload, load);
  const seconds = (performance.now() - began) / 1000;
  return { ...figures(outcomes, seconds, workload.steps), cpu_s: peer.cpu_seconds() - cpu_before };
}

async function main() {
  const asked = read_arguments();
  const workload = workloads[asked.workload];
  if (!workload) fail(`--workload needs one of: ${Object.keys(workloads).join(", ")}`);
  const load = {
    instances: count(asked.instances ?? String(workload.instances), "instances"),
    in_flight: count(asked["in-flight"] ?? String(workload.in_flight), "in-flight"),
  };
  const { connect } = await import(`./${process.argv[2]}/peer.mjs`);
  const peer = await connect(asked.store).catch((error) => fail(`cannot connect: ${said_by(error)}`));
  let stopping;
  const interrupted = () => (stopping ??= peer.stop().finally(() => process.exit(130)));
  process.on("SIGINT", interrupted).on("SIGTERM", interrupted);

  const { name, version, store, durability, unsupported } = peer;
  const about = { workload: asked.workload, peer: name, version, store, durability, in_flight: load.in_flight };
  const why = unsupported[asked.workload];
  try {
    const row = why ? { unsupported: why } : await measure(peer, asked.workload, load);
    console.log(JSON.stringify({ ...about, ...row }));
    process.exitCode = row.wrong ? 1 : 0;
  } finally {
    await peer.stop();
  }
  process.exit();
}

main().catch((error) => fail(error.stack));
