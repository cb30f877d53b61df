// The workloads as DBOS workflows.
import { DBOS } from "@dbos-inc/dbos-sdk";

const messages = 10;

const increment = (n) => DBOS.runStep(async () => n + 1, { name: "increment" });

async function increment_often(n, steps) {
  for (let i = 0; i < steps; ++i) n = await increment(n);
  return n;
}

const sum = (values) => values.reduce((a, b) => a + b, 0);

const successors = (n, width) => Array.from({ length: width }, (_, i) => n + i);

async function sleep(n) {
  await DBOS.sleep(100);
  return n;
}

async function add_messages(n) {
  for (let i = 0; i < messages; ++i) {
    n += await DBOS.recv("numbers");
    await DBOS.setEvent(`took ${i}`, true);
  }
  return n;
}

// A function of its own for each name: DBOS knows a workflow by its function too.
const register = (name, run) => DBOS.registerWorkflow((n) => run(n), { name });

const child = register("child", increment);

async function add_children(n) {
  const children = [];
  for (const each of successors(n, 10)) children.push(await DBOS.startWorkflow(child)(each));
  return sum(await Promise.all(children.map((each) => each.getResult())));
}

const functions = {
  hello: increment,
  sequence5: (n) => increment_often(n, 5),
  chain: (n) => increment_often(n, 20),
  fanout: async (n) => sum(await Promise.all(successors(n, 100).map(increment))),
  latency: increment,
  timers: sleep,
  queue: add_messages,
  children: add_children,
};

export const workflows = Object.fromEntries(
  Object.entries(functions).map(([name, run]) => [name, register(name, run)]),
);

// Sends the messages, each when the one before is acknowledged. An event keeps one value, and whoever asks gets it at
// once; so each acknowledgement is an event of its own.
export async function talk(id) {
  for (let i = 0; i < messages; ++i) {
    await DBOS.send(id, i, "numbers");
    await DBOS.getEvent(id, `took ${i}`);
  }
}
