// The workloads as Restate handlers.
import * as restate from "@restatedev/restate-sdk";

const messages = 10;

const increment = (context, n) => context.run("increment", async () => n + 1);

async function increment_often(context, n, steps) {
  for (let i = 0; i < steps; ++i) n = await increment(context, n);
  return n;
}

const sum = (values) => values.reduce((a, b) => a + b, 0);

const successors = (n, width) => Array.from({ length: width }, (_, i) => n + i);

async function sleep(context, n) {
  await context.sleep(100);
  return n;
}

async function fan_out(context, n) {
  return sum(await restate.RestatePromise.all(successors(n, 100).map((each) => increment(context, each))));
}

async function add_children(context, n) {
  const children = successors(n, 10).map((each) => context.serviceClient(bench).hello(each));
  return sum(await restate.RestatePromise.all(children));
}

export const bench = restate.service({
  name: "bench",
  handlers: {
    hello: increment,
    sequence5: (context, n) => increment_often(context, n, 5),
    chain: (context, n) => increment_often(context, n, 20),
    fanout: fan_out,
    latency: increment,
    timers: sleep,
    children: add_children,
  },
});

// Restate's queue of messages is that of a virtual object: the calls of one key run one after the other, and the answer
// of each is its acknowledgement. A workflow that waits for durable promises costs it half as much again.
export const adder = restate.object({
  name: "adder",
  handlers: {
    start: async (context, n) => context.set("sum", n),
    add: async (context, i) => context.set("sum", (await context.get("sum")) + i),
    end: (context) => context.get("sum"),
  },
});

// Sends the messages, each when the one before is acknowledged.
export async function talk(object) {
  for (let i = 0; i < messages; ++i) await object.add(i);
}
