"""The program of static-types.md."""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta
from typing import Any, TypedDict

from duroxide import (
    ActivityContext,
    Client,
    OrchestrationContext,
    Runtime,
    ScheduledTask,
    SqliteProvider,
    activity,
    orchestration,
)


# [definitions]
class Order(TypedDict):
    item: str
    count: int


@activity
def price(ctx: ActivityContext, item: str) -> int:
    return len(item)


@activity(name="charge")
async def charge_card(ctx: ActivityContext, amount: int) -> str:
    return f"charged {amount}"


@orchestration(version="1.1.0")
async def buy(ctx: OrchestrationContext, order: Order) -> str:
    each = await ctx.schedule_activity(price, order["item"])  # an int
    receipt = await ctx.schedule_activity(charge_card, each * order["count"]).with_timeout(timedelta(seconds=5))
    return receipt
# [end]


# [register]
def register(runtime: Runtime) -> None:
    runtime.register(price, charge_card, buy)
# [end]


# [client]
def start(client: Client) -> None:
    client.start_orchestration("order-1", buy, Order(item="tea", count=2))
# [end]


# [generator]
@orchestration
def several(ctx: OrchestrationContext, items: list[str]) -> Generator[Any, Any, int]:
    tasks: list[ScheduledTask[int]] = [ctx.schedule_activity(price, item) for item in items]
    prices: list[int] = yield ctx.gather(*tasks)
    return sum(prices)
# [end]


# [child]
@orchestration
async def twice(ctx: OrchestrationContext, order: Order) -> list[str]:
    first = await ctx.schedule_sub_orchestration(buy, order)  # a str
    second = await ctx.schedule_sub_orchestration_with_id(buy, f"{ctx.instance_id}-2", order)
    return [first, second]
# [end]


def main() -> None:
    store = SqliteProvider.in_memory()
    client = Client(store)
    with Runtime(store) as runtime:
        register(runtime)
        runtime.register(several, twice)
        runtime.start()
        start(client)
        result = client.wait_for_orchestration("order-1")
        assert (result.output, result.orchestration_version) == ("charged 6", "1.1.0")
        client.start_orchestration("s", several, ["a", "bc"])
        assert client.wait_for_orchestration_typed("s") == 3
        client.start_orchestration("t", twice, Order(item="tea", count=1))
        assert client.wait_for_orchestration_typed("t") == ["charged 3", "charged 3"]
    context = ActivityContext(
        {
            "instanceId": "i",
            "executionId": 1,
            "orchestrationName": "buy",
            "orchestrationVersion": "1.1.0",
            "activityName": "price",
            "workerId": "none",
        }
    )
    assert price(context, "tea") == 3
    assert (price.name, charge_card.name, buy.name, buy.version) == ("price", "charge", "buy", "1.1.0")


if __name__ == "__main__":
    main()
