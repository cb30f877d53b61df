"""A program with mistakes: mypy finds each of those that are marked, and no others."""

from __future__ import annotations

from duroxide import (
    ActivityContext,
    Client,
    OrchestrationContext,
    Runtime,
    RuntimeOptions,
    SqliteProvider,
    activity,
    orchestration,
)


@activity
def price(ctx: ActivityContext, item: str) -> int:
    return len(item)


@orchestration
async def buy(ctx: OrchestrationContext, item: str) -> int:
    return await ctx.schedule_activity(price, item)


@orchestration
async def mistakes(ctx: OrchestrationContext, _: None) -> str:
    await ctx.schedule_activity(price, 5)  # wrong: the input of another type
    await ctx.schedule_activity(price)  # wrong: no input
    text: str = await ctx.schedule_activity(price, "x")  # wrong: the result of another type
    await ctx.schedule_sub_orchestration(buy, 5)  # wrong: the input of another type
    await ctx.schedule_timer("5")  # wrong: a delay
    await ctx.schedule_timer(5).with_tag(5)  # wrong: a tag
    ctx.set_custom_state("x")  # wrong: no such method
    return text


def program() -> None:
    client = Client(SqliteProvider.in_memory())
    client.start_orchestration("i", buy, 5)  # wrong: the input of another type
    client.start_orchestration("i", buy)  # wrong: no input
    client.start_orchestration(1, "buy")  # wrong: an id
    client.wait_for_orchestration("i", "5")  # wrong: a timeout
    Client("sqlite:file")  # wrong: no provider
    Runtime(SqliteProvider.in_memory(), {"worker_concurrency": 1})  # wrong: no options
    RuntimeOptions(worker_concurency=1)  # wrong: misspelt
    RuntimeOptions(worker_concurrency="1")  # wrong: a number
