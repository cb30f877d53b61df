// DBOS Transact in this process, as its users have it, on PostgreSQL, with its defaults: more or fewer connections than
// its 10 make it slower.
import { createRequire } from "node:module";
import { DBOS } from "@dbos-inc/dbos-sdk";
import pg from "pg";
import { talk, workflows } from "./workflows.mjs";

// Exactly the installed one: npm ci sees to it.
const version = createRequire(import.meta.url)("./package.json").dependencies["@dbos-inc/dbos-sdk"];

// In our URLs a server's folder of sockets is a parameter, and the host before it is empty, which DBOS cannot read.
const with_host = (url) => url.replace(/^(postgres(?:ql)?:\/\/[^/]*@)\//, "$1localhost/");

async function with_client(url, use) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

function read_conditions(url) {
  return with_client(url, async (client) => {
    const show = async (setting) => Object.values((await client.query(`SHOW ${setting}`)).rows[0])[0];
    return {
      store: `PostgreSQL ${(await show("server_version")).split(" ")[0]}`,
      durability: `fsync ${await show("fsync")}, synchronous_commit ${await show("synchronous_commit")}`,
    };
  });
}

async function run(workload, id, input) {
  const handle = await DBOS.startWorkflow(workflows[workload], { workflowID: id })(input);
  if (workload === "queue") await talk(id);
  return handle.getResult();
}

/** @returns {Promise<import("../peer.mjs").Peer>} */
export async function connect(store) {
  if (!store) throw new Error("--store needs the URL of a PostgreSQL server");
  const url = with_host(store);
  const schema = `dbos_${Date.now()}`;
  DBOS.setConfig({
    name: "bench",
    systemDatabaseUrl: url,
    systemDatabaseSchemaName: schema,
    logLevel: "error",
  });
  await DBOS.launch();
  return {
    name: "DBOS",
    version,
    ...(await read_conditions(url)),
    unsupported: {},
    run,
    cpu_seconds: () => (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
    stop: async () => {
      await DBOS.shutdown();
      await with_client(url, (client) => client.query(`DROP SCHEMA ${schema} CASCADE`));
    },
  };
}
