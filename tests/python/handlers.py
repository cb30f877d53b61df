"""Activities and orchestrations that many tests use. Each is registered under its own name."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from typing import Any

from duroxide import ActivityContext, OrchestrationContext


def echo(ctx: ActivityContext, value: Any) -> Any:
    return value


def double(ctx: ActivityContext, number: Any) -> Any:
    return number * 2


def type_name(ctx: ActivityContext, value: Any) -> str:
    return type(value).__name__


def fail(ctx: ActivityContext, text: str) -> None:
    raise ValueError(text)


def until_cancelled(ctx: ActivityContext, _: Any) -> str:
    ctx.wait_for_cancellation(20_000)
    return "stopped"


async def echo_async(ctx: ActivityContext, value: Any) -> Any:
    await asyncio.sleep(0)
    return value


def Echo(ctx: OrchestrationContext, value: Any) -> Generator[Any, Any, Any]:
    return (yield ctx.schedule_activity("echo", value))


def Hello(ctx: OrchestrationContext, name: str) -> Generator[Any, Any, str]:
    greeting: str = yield ctx.schedule_activity("echo", f"Hello, {name}!")
    return greeting


def Fail(ctx: OrchestrationContext, text: str) -> Generator[Any, Any, Any]:
    yield ctx.schedule_activity("fail", text)


def WaitForGo(ctx: OrchestrationContext, _: Any) -> Generator[Any, Any, Any]:
    ctx.set_custom_status("waits")
    return (yield ctx.wait_for_event("go"))


def Parent(ctx: OrchestrationContext, child: str) -> Generator[Any, Any, Any]:
    return (yield ctx.schedule_sub_orchestration_with_id("WaitForGo", child, None))


def CountTo(ctx: OrchestrationContext, state: list[int]) -> Generator[Any, Any, Any]:
    done, goal = state
    if done < goal:
        yield ctx.continue_as_new([done + 1, goal])
    return done


ACTIVITIES = [echo, double, type_name, fail, until_cancelled, echo_async]
ORCHESTRATIONS = [Echo, Hello, Fail, WaitForGo, Parent, CountTo]
