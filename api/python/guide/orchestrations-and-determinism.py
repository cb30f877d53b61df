"""The program of orchestrations-and-determinism.md."""

from __future__ import annotations

import random
from collections.abc import Generator
from typing import Any

from duroxide import ActivityContext, Client, OrchestrationContext, Runtime, RuntimeOptions, SqliteProvider

priced: list[int] = []  # to see how often the activity runs


# [workflow]
def checkout(ctx: OrchestrationContext, order: dict[str, Any]) -> Generator[Any, Any, str]:
    prices = yield ctx.gather(*[ctx.schedule_activity("price_of", item) for item in order["items"]])
    approver = yield ctx.dequeue_event("approvals")
    receipt = yield ctx.schedule_activity("charge", sum(prices))
    return f"{order['customer']}, {receipt}, approved by {approver}"
# [end]


# [async]
async def checkout_async(ctx: OrchestrationContext, order: dict[str, Any]) -> str:
    prices = await ctx.gather(*[ctx.schedule_activity("price_of", item) for item in order["items"]])
    approver = await ctx.dequeue_event("approvals")
    receipt = await ctx.schedule_activity("charge", sum(prices))
    return f"{order['customer']}, {receipt}, approved by {approver}"
# [end]


# [register]
def price_of(ctx: ActivityContext, item: int) -> int:
    priced.append(item)
    return item * 10


def charge(ctx: ActivityContext, amount: int) -> str:
    return f"paid {amount}"


def register_checkout(runtime: Runtime) -> None:
    runtime.register_activity("price_of", price_of)
    runtime.register_activity("charge", charge)
    runtime.register_orchestration("Checkout", checkout)
# [end]


# [restart]
def across_a_restart(store: SqliteProvider) -> str:
    client = Client(store)
    with Runtime(store) as runtime:
        register_checkout(runtime)
        runtime.start()
        client.start_orchestration("order-1", "Checkout", {"customer": "Ada", "items": [1, 2, 3]})
    # It is shut down: the order waits for its prices, or for its approval.
    with Runtime(store) as runtime:
        register_checkout(runtime)
        runtime.start()
        client.enqueue_event("order-1", "approvals", "Grace")
        text: str = client.wait_for_orchestration_typed("order-1")
        return text
# [end]


# [start-options]
def again(client: Client, count: int) -> int:
    client.start_orchestration("c", "Countdown", count, if_exists="replace_terminal")
    price: int = client.wait_for_orchestration_typed("c")
    return price
# [end]


# [wrong]
def roll_wrongly(ctx: OrchestrationContext, _: None) -> Generator[Any, Any, int]:
    sides = random.randrange(1_000_000)  # another number in every replay
    price: int = yield ctx.schedule_activity("price_of", sides)
    return price
# [end]


# [right]
def roll(ctx: OrchestrationContext, _: None) -> Generator[Any, Any, int]:
    sides = int(ctx.random() * 1_000_000)  # drawn once, recorded, replayed
    price: int = yield ctx.schedule_activity("price_of", sides)
    return price
# [end]


# [verify]
options = RuntimeOptions(verify_replay=True)
# [end]


# [combinations]
def combine(ctx: OrchestrationContext, _: None) -> Generator[Any, Any, list[Any]]:
    price, receipt = yield ctx.gather(ctx.schedule_activity("price_of", 1), ctx.schedule_activity("charge", 2))
    first = yield ctx.race(ctx.dequeue_event("approvals"), ctx.schedule_timer(5))
    answer = first["value"] if first["index"] == 0 else "nobody answered"
    return [price, receipt, answer]
# [end]


# [helper]
def priced_and_charged(ctx: OrchestrationContext, item: int) -> Generator[Any, Any, str]:
    price = yield ctx.schedule_activity("price_of", item)
    receipt: str = yield ctx.schedule_activity("charge", price)
    return receipt


def side_by_side(ctx: OrchestrationContext, items: list[int]) -> Generator[Any, Any, list[str]]:
    first = yield from priced_and_charged(ctx, items[0])  # one after another
    others = yield ctx.gather(*[priced_and_charged(ctx, item) for item in items[1:]])  # at the same time
    return [first, *others]
# [end]


# [continue]
def countdown(ctx: OrchestrationContext, left: int) -> Generator[Any, Any, int]:
    price: int = yield ctx.schedule_activity("price_of", left)
    if left > 0:
        yield ctx.continue_as_new(left - 1)  # the same instance, a fresh history
    return price
# [end]


def main() -> None:
    store = SqliteProvider.in_memory()
    assert across_a_restart(store) == "Ada, paid 60, approved by Grace"
    assert set(priced) == {1, 2, 3}

    client = Client(store)
    with Runtime(store, options) as runtime:
        register_checkout(runtime)
        runtime.register_orchestration("CheckoutAsync", checkout_async)
        runtime.register_orchestration("Countdown", countdown)
        runtime.register_orchestration("RollWrongly", roll_wrongly)
        runtime.register_orchestration("Roll", roll)
        runtime.register_orchestration("Combine", combine)
        runtime.register_orchestration("SideBySide", side_by_side)
        runtime.start()
        client.start_orchestration("order-2", "CheckoutAsync", {"customer": "Ada", "items": [1]})
        client.enqueue_event("order-2", "approvals", "Grace")
        assert client.wait_for_orchestration_typed("order-2") == "Ada, paid 10, approved by Grace"
        assert [again(client, 2), again(client, 1)] == [0, 0]
        client.start_orchestration("w", "RollWrongly")
        wrong = client.wait_for_orchestration("w")
        assert wrong.failure is not None and wrong.failure.kind == "nondeterminism"
        assert "orchestrations-and-determinism.py" in wrong.failure.message
        for name in ("Roll", "Combine"):
            client.start_orchestration(name, name)
        client.start_orchestration("s", "SideBySide", [1, 2, 3])
        assert client.wait_for_orchestration("Roll").status == "Completed"
        assert client.wait_for_orchestration("Combine").output == [10, "paid 2", "nobody answered"]
        assert client.wait_for_orchestration("s").output == ["paid 10", "paid 20", "paid 30"]


if __name__ == "__main__":
    main()
