// A Restate server, its handlers, and a client of it; the latter two in this process.
import { once } from "node:events";
import { createServer } from "node:http2";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import "./node20.mjs";
import * as restate from "@restatedev/restate-sdk";
import * as clients from "@restatedev/restate-sdk-clients";
import { http2_fetch } from "./http2_fetch.mjs";
import { start_server } from "./server.mjs";
import { adder, bench, talk } from "./services.mjs";

// Exactly the installed one: npm ci sees to it.
const version = createRequire(import.meta.url)("./package.json").dependencies["@restatedev/restate-server"];

// By default each start and end of an invocation is a line.
function log_problems({ level }, ...text) {
  if (level === "error") console.error("Restate:", ...text);
}

async function register_handlers(server) {
  // Not the SDK's `serve`, which listens to everybody.
  const handlers = restate.createEndpointHandler({ services: [bench, adder], logger: log_problems });
  const endpoint = createServer(handlers).listen(0, "127.0.0.1");
  await once(endpoint, "listening");
  const answer = await fetch(`${server.admin}/deployments`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ uri: `http://127.0.0.1:${endpoint.address().port}` }),
  });
  if (!answer.ok) throw new Error(`the server does not take the handlers: ${await answer.text()}`);
}

async function run_adder(client, id, input) {
  const object = client.objectClient(adder, id);
  await object.start(input);
  await talk(object);
  return object.end();
}

/** @returns {Promise<import("../peer.mjs").Peer>} */
export async function connect(store) {
  const server = await start_server(store ?? tmpdir());
  await register_handlers(server).catch(async (error) => {
    await server.stop();
    throw error;
  });
  const client = clients.connect({ url: server.ingress, fetch: http2_fetch(server.ingress) });
  const service = client.serviceClient(bench);
  return {
    name: "Restate",
    version,
    store: "its own, in a folder",
    durability: server.durability,
    unsupported: {},
    run: (workload, id, input) =>
      workload === "queue"
        ? run_adder(client, id, input)
        : service[workload](input, clients.rpc.opts({ idempotencyKey: id })),
    cpu_seconds: () => (process.cpuUsage().user + process.cpuUsage().system) / 1e6 + server.cpu_seconds(),
    stop: server.stop,
  };
}
