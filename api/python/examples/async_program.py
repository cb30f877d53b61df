"""Everything with asyncio: orchestrations, activities and the client. 200 orders run at once; each asks three services
that take 0.1 seconds."""

from __future__ import annotations

import asyncio
import sys
import time

from duroxide import (
    ActivityContext,
    AsyncClient,
    OrchestrationContext,
    Runtime,
    activity,
    open_store,
    orchestration,
)

ORDERS = 200
SERVICES = ["price", "stock", "postage"]


@activity
async def ask(ctx: ActivityContext, service: str) -> int:
    # `async def` activities share the event loop of the runtime, so thousands may wait at the same time. If one is
    # cancelled, this raises asyncio.CancelledError.
    await asyncio.sleep(0.1)
    return len(service)


@orchestration
async def order(ctx: OrchestrationContext, number: int) -> int:
    # Not asyncio.gather: in an orchestration only what the context gives may be awaited.
    answers: list[int] = await ctx.gather(*(ctx.schedule_activity(ask, service) for service in SERVICES))
    return number * sum(answers)


async def run_order(client: AsyncClient, number: int) -> int:
    await client.start_orchestration(f"order-{number}", order, number)
    result: int = await client.wait_for_orchestration_typed(f"order-{number}")
    return result


async def drive(client: AsyncClient) -> None:
    begin = time.monotonic()
    async with client:
        totals = await asyncio.gather(*(run_order(client, number) for number in range(ORDERS)))
    print(f"{len(totals)} orders, {sum(totals)} in total")
    print(f"{ORDERS * len(SERVICES)} answers of 0.1 s each in {time.monotonic() - begin:.1f} s")


def main(store_url: str = "sqlite::memory:") -> None:
    # What blocks stands outside of the event loop: opening a store, and the shutdown at the end of the `with`.
    store = open_store(store_url)
    with Runtime(store) as runtime:
        runtime.register(ask, order)
        runtime.start()
        asyncio.run(drive(AsyncClient(store)))


if __name__ == "__main__":
    main(*sys.argv[1:])
