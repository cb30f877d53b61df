"""The program of async-code.md."""

from __future__ import annotations

import asyncio
import threading

from duroxide import (
    ActivityContext,
    ActivityFailed,
    AsyncClient,
    OrchestrationContext,
    Runtime,
    RuntimeOptions,
    SqliteProvider,
    TimedOutError,
)

closed, hanging = threading.Event(), threading.Event()


# [orchestration]
async def price_or_nothing(ctx: OrchestrationContext, item: str) -> int:
    try:
        price: int = await ctx.schedule_activity("fetch_price", item)
        return price
    except ActivityFailed:
        return 0


async def buy(ctx: OrchestrationContext, items: list[str]) -> int:
    prices = await ctx.gather(*[price_or_nothing(ctx, item) for item in items])  # at the same time
    await ctx.schedule_timer(5)
    return sum(prices)
# [end]


# [activity]
async def fetch_price(ctx: ActivityContext, item: str) -> int:
    await asyncio.sleep(0.1)  # stands for a request
    if item == "nothing":
        raise LookupError("there is no such item")
    return len(item)
# [end]


# [cancelled]
async def listen(ctx: ActivityContext, _: None) -> None:
    hanging.set()
    try:
        await asyncio.sleep(3600)
    finally:
        closed.set()  # CancelledError arrived
# [end]


async def impatient(ctx: OrchestrationContext, _: None) -> str:
    try:
        await ctx.schedule_activity("listen").with_timeout(20)
    except TimedOutError:
        return "gave up"
    return "heard"


# [client]
async def use(store: SqliteProvider) -> list[int]:
    async with AsyncClient(store) as client:
        for number in range(50):
            await client.start_orchestration(f"buy-{number}", "Buy", ["tea", "nothing"])
        waits = [client.wait_for_orchestration_typed(f"buy-{number}") for number in range(50)]
        return list(await asyncio.gather(*waits))  # 50 waits cost no thread
# [end]


# [wait-for]
async def at_most(client: AsyncClient, instance: str, seconds: float) -> str:
    try:
        result = await asyncio.wait_for(client.wait_for_orchestration(instance, None), seconds)
    except asyncio.TimeoutError:
        return "still running"  # the wait has ended, the instance goes on
    return result.status
# [end]


# [from-activity]
async def order_more(ctx: ActivityContext, item: str) -> int:
    client = AsyncClient(store)
    await client.start_orchestration(f"more-{item}", "Buy", [item])
    price: int = await client.wait_for_orchestration_typed(f"more-{item}")
    return price
# [end]


async def delegate(ctx: OrchestrationContext, item: str) -> int:
    price: int = await ctx.schedule_activity("order_more", item)
    return price


store = SqliteProvider.in_memory()


async def check(store: SqliteProvider) -> None:
    assert await use(store) == [3] * 50
    async with AsyncClient(store) as client:
        await client.start_orchestration("i", "Impatient")
        assert await client.wait_for_orchestration_typed("i") == "gave up"
        assert closed.wait(10)
        await client.start_orchestration("d", "Delegate", "milk")
        assert await client.wait_for_orchestration_typed("d") == 4
        assert await at_most(client, "d", 10) == "Completed"
        assert await at_most(client, "nobody", 0.02) == "still running"


def main() -> None:
    with Runtime(store, RuntimeOptions(worker_concurrency=1)) as runtime:
        runtime.register_activity("fetch_price", fetch_price)
        runtime.register_activity("listen", listen)
        runtime.register_activity("order_more", order_more)
        runtime.register_orchestration("Buy", buy)
        runtime.register_orchestration("Impatient", impatient)
        runtime.register_orchestration("Delegate", delegate)
        runtime.start()
        asyncio.run(check(store))


if __name__ == "__main__":
    main()
