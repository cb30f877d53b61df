"""The program of errors-and-retry.md."""

from __future__ import annotations

import logging
from collections.abc import Generator
from datetime import timedelta
from typing import Any

from duroxide import (
    ActivityContext,
    ActivityFailed,
    Client,
    FinalError,
    OrchestrationContext,
    OrchestrationFailed,
    Runtime,
    SqliteProvider,
    TimedOutError,
)

logging.getLogger("duroxide").setLevel(logging.ERROR)  # no lines for attempts that fail
charges: list[int] = []
released: list[int] = []


# [raising]
def charge(ctx: ActivityContext, amount: int) -> int:
    charges.append(amount)
    if amount < 0:
        raise FinalError("a negative amount")  # no further attempt would mend it
    if amount > 1000:
        raise ValueError("the card was declined")
    return amount
# [end]


# [catching]
def caught(ctx: OrchestrationContext, amount: int) -> Generator[Any, Any, str]:
    try:
        paid = yield ctx.schedule_activity("charge", amount)
    except ActivityFailed as error:
        return f"{error.source} failed with {error.type_name}: {error}"
    return f"paid {paid}"
# [end]


# [compensating]
def compensated(ctx: OrchestrationContext, amount: int) -> Generator[Any, Any, str]:
    room = yield ctx.schedule_activity("reserve", amount)
    try:
        paid = yield ctx.schedule_activity("charge", amount)
    except ActivityFailed as error:
        yield ctx.schedule_activity("release", room)
        return f"released, because of a {error.type_name}"
    return f"paid {paid}"
# [end]


# [where]
def where_it_failed(client: Client, instance: str) -> str:
    failure = client.get_status(instance).failure
    return failure.stack if failure is not None else ""
# [end]


# [values]
def each_by_itself(ctx: OrchestrationContext, amounts: list[int]) -> Generator[Any, Any, list[str]]:
    outcomes = yield ctx.all([ctx.schedule_activity("charge", amount) for amount in amounts])
    return [f"paid {each['ok']}" if "ok" in each else each["err"].failure.type for each in outcomes]
# [end]


# [retry]
PATIENT = {
    "max_attempts": 5,
    "backoff": {"kind": "exponential", "base_ms": 1, "multiplier": 2, "limit_ms": 10},
    "jitter": 0.2,
    "timeout_ms": 2000,
    "total_timeout_ms": 20_000,
}


def retried(ctx: OrchestrationContext, n: int) -> Generator[Any, Any, int]:
    result: int = yield ctx.schedule_activity_with_retry("flaky", n, PATIENT)
    return result
# [end]


# [timeouts]
def limited(ctx: OrchestrationContext, _: None) -> Generator[Any, Any, list[str]]:
    found = []
    twice = {"max_attempts": 2, "backoff": "none", "timeout_ms": 20, "retry_on_timeout": True}
    for task in (
        ctx.schedule_activity_with_retry("stuck", 1, twice),
        ctx.schedule_activity("stuck", 2).with_timeout(timedelta(milliseconds=20)),
    ):
        try:
            yield task
        except TimedOutError as error:
            found.append(error.kind)
    return found
# [end]


# [client]
def how_it_went(client: Client, instance: str) -> str:
    try:
        paid = client.wait_for_orchestration_typed(instance, timeout_ms=30_000)
    except OrchestrationFailed as error:
        if error.kind == "cancelled":
            return "cancelled"
        return f"{error.category}/{error.kind}: {error}"
    except TimeoutError:
        return "still running"
    return f"paid {paid}"
# [end]


def unhandled(ctx: OrchestrationContext, amount: int) -> Generator[Any, Any, int]:
    paid: int = yield ctx.schedule_activity("charge", amount)
    return paid


def flaky(ctx: ActivityContext, n: int) -> int:
    if ctx.attempt < 3:
        raise OSError("not yet")
    return n


def main() -> None:
    store = SqliteProvider.in_memory()
    client = Client(store)
    with Runtime(store) as runtime:
        runtime.register_activity("charge", charge)
        runtime.register_activity("flaky", flaky)
        runtime.register_activity("stuck", lambda ctx, _: ctx.wait_for_cancellation())
        runtime.register_activity("reserve", lambda ctx, amount: amount)
        runtime.register_activity("release", lambda ctx, room: released.append(room))
        runtime.register_orchestration("caught", caught)
        runtime.register_orchestration("compensated", compensated)
        runtime.register_orchestration("each_by_itself", each_by_itself)
        runtime.register_orchestration("retried", retried)
        runtime.register_orchestration("limited", limited)
        runtime.register_orchestration("unhandled", unhandled)
        runtime.start()
        client.start_orchestration("c", "caught", 2000)
        text = client.wait_for_orchestration_typed("c")
        declined = "Activity 'charge' call failed: ValueError: the card was declined"
        assert text == f"charge failed with ValueError: {declined}", text
        client.start_orchestration("o", "compensated", 2000)
        assert client.wait_for_orchestration_typed("o") == "released, because of a ValueError"
        assert released == [2000]
        client.start_orchestration("v", "each_by_itself", [1, -1, 2000])
        assert client.wait_for_orchestration_typed("v") == ["paid 1", "FinalError", "ValueError"]
        client.start_orchestration("r", "retried", 7)
        assert client.wait_for_orchestration_typed("r") == 7
        client.start_orchestration("l", "limited")
        assert client.wait_for_orchestration_typed("l") == ["timed_out", "timed_out"]
        client.start_orchestration("u", "unhandled", 2000)
        assert how_it_went(client, "u") == f"application/activity_failed: {declined}"
        assert 'raise ValueError("the card was declined")' in where_it_failed(client, "u")
        client.start_orchestration("u1", "unhandled", 1)
        assert how_it_went(client, "u1") == "paid 1"


if __name__ == "__main__":
    main()
