"""A typed program: mypy --strict accepts it."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime, timedelta, timezone
from typing import Any, TypedDict

from duroxide import (
    ActivityContext,
    AsyncClient,
    Client,
    InstanceFilter,
    LabelValue,
    OrchestrationContext,
    OrchestrationResult,
    PruneOptions,
    Runtime,
    RuntimeOptions,
    ScheduledTask,
    SqliteProvider,
    TagFilter,
    activity,
    orchestration,
)
from duroxide.testing import Environment, crash_everywhere


class Order(TypedDict):
    item: str
    count: int


@activity
def price(ctx: ActivityContext, item: str) -> int:
    ctx.trace_info(f"asks for {item}")
    return len(item)


@activity(name="charge")
async def charge_card(ctx: ActivityContext, amount: int) -> str:
    ctx.heartbeat({"amount": amount})
    return f"charged {amount}"


@activity
def now(ctx: ActivityContext, _: None) -> float:
    return 1.5


@orchestration(version="1.1.0")
async def buy(ctx: OrchestrationContext, order: Order) -> str:
    each: int = await ctx.schedule_activity(price, order["item"])
    moment: float = await ctx.schedule_activity(now)
    paid: str = await ctx.schedule_activity(charge_card, each * order["count"]).with_timeout(timedelta(seconds=5))
    text: str = await ctx.with_timeout(ctx.schedule_activity(charge_card, 1), 1000)
    again: str = await ctx.schedule_activity_with_retry(charge_card, 1, {"max_attempts": 3})
    guid: str = await ctx.new_guid()
    at: int = await ctx.utc_now()
    await ctx.schedule_timer(timedelta(days=1))
    ctx.set_custom_status(f"{moment} {text} {again} {guid} {at}")
    return paid


@orchestration
def by_generator(ctx: OrchestrationContext, count: int) -> Generator[Any, Any, list[int]]:
    tasks: list[ScheduledTask[Any]] = [ctx.schedule_activity("price", "x") for _ in range(count)]
    found: list[int] = yield ctx.all_typed(tasks)
    won = yield ctx.race(tasks[0], ctx.schedule_timer(5), ctx.wait_for_event("e"))
    ctx.trace_info(won["index"])
    return found


@orchestration
async def parent(ctx: OrchestrationContext, order: Order) -> str:
    bought: str = await ctx.schedule_sub_orchestration(buy, order)
    counted: list[int] = await ctx.schedule_sub_orchestration_with_id(by_generator, "counted", 3)
    await ctx.start_orchestration(by_generator, "detached", len(counted))
    return bought


def program() -> OrchestrationResult:
    provider = SqliteProvider.in_memory()
    options = RuntimeOptions(worker_concurrency=2, worker_tag_filter=TagFilter.tags(["a"]))
    runtime = Runtime(provider, options)
    runtime.register(price, charge_card, now, buy, by_generator, parent)

    @runtime.register_activity("plain")
    def plain(ctx: ActivityContext, value: int) -> int:
        return value

    called: int = plain(ActivityContext({}), 5)
    client = Client(provider)
    with runtime:
        runtime.start()
        order: Order = {"item": "x", "count": called}
        started: bool = client.start_orchestration("i", parent, order, labels={"a": "b", "n": 1})
        client.set_label("i", "due", datetime.now(timezone.utc))
        found: list[str] = [each.instance_id for each in client.list_instances("n = 1 and state = active").instances]
        counted: int = client.count_instances("n = 1")
        states: dict[str | None, int] = client.count_instances("", by="state")
        value: LabelValue | None = client.get_status(found[counted]).labels.get(str(states))
        client.set_label("i", "again", value or "")
        client.start_orchestration("j", "by name", {"any": started})
        result = client.wait_for_orchestration("i", timeout_ms=None)
        client.delete_instance_bulk(InstanceFilter(instance_ids=["i"], limit=1))
        client.prune_executions("j", PruneOptions(keep_last=1))
    return result


async def asynchronous(client: AsyncClient) -> str | None:
    await client.start_orchestration("i", buy, Order(item="x", count=1), delay_ms=timedelta(seconds=1))
    status: OrchestrationResult = await client.wait_for_orchestration("i")
    return status.error


def tested() -> int:
    def scenario(world: Environment) -> Any:
        world.client().start_orchestration("i", buy, Order(item="x", count=1))
        return world.client().wait_for_orchestration("i").output

    return crash_everywhere(lambda target: target.register(price, charge_card, now, buy), scenario).crashes
