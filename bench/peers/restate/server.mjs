// A Restate server on ports that were free, with its data in a temporary folder of its own.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const patience_ms = 60_000;
const quiet = ["--no-logo", "--log-filter", "error,octocrab=off"]; // octocrab asks for newer versions
const ticks_per_second = 100; // of /proc, on every Linux

const program = createRequire(import.meta.url).resolve(
  `@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`,
);

export async function free_port() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

// What the server itself says about its log, which is what an acknowledged step survives in.
function durability() {
  const config = execFileSync(program, ["--dump-config"], { encoding: "utf8" });
  const log_server = config.slice(config.indexOf("[log-server]"));
  const disabled = /^rocksdb-disable-wal-fsync = (\w+)$/m.exec(log_server)?.[1];
  const settings = { false: "RocksDB WAL on, fsync of it on", true: "RocksDB WAL on, fsync of it off" };
  return settings[disabled] ?? "unknown";
}

async function until_healthy(url, child) {
  const deadline = Date.now() + patience_ms;
  while (Date.now() < deadline && child.exitCode === null) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await pause(50);
  }
  throw new Error("the server does not start");
}

// User and system time; the name before them is in parentheses and may have spaces.
function cpu_seconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticks_per_second;
}

/** @param {string} parent the folder in which it makes its own */
export async function start_server(parent) {
  const folder = mkdtempSync(join(parent, "restate-"));
  const [ingress, admin, node] = [await free_port(), await free_port(), await free_port()];
  const options = ["--base-dir", folder, "--listen-mode", "tcp", "--node-name", "bench"];
  // The kernel ends the server with us, however we end.
  const child = spawn("setpriv", ["--pdeathsig", "KILL", program, ...options, ...quiet], {
    stdio: ["ignore", 2, 2],
    env: {
      ...process.env,
      RESTATE_BIND_IP: "127.0.0.1",
      RESTATE_BIND_PORT: String(node),
      RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
      RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
      // One a core: the default of 24 costs up to a third of the throughput on two cores.
      RESTATE_DEFAULT_NUM_PARTITIONS: String(availableParallelism()),
      RESTATE_DISABLE_TELEMETRY: "true",
    },
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await until_healthy(`http://127.0.0.1:${admin}/health`, child);
    await until_healthy(`http://127.0.0.1:${ingress}/restate/health`, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ingress: `http://127.0.0.1:${ingress}`,
    admin: `http://127.0.0.1:${admin}`,
    durability: durability(),
    cpu_seconds: () => cpu_seconds(child.pid),
    stop,
  };
}
