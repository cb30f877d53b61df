"""The program of timers.md."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime, timedelta, timezone
from typing import Any

from duroxide import Client, OrchestrationContext, Runtime, SqliteProvider, TimedOutError

reports: list[str] = []


# [timers]
def timers(ctx: OrchestrationContext, _: None) -> Generator[Any, Any, str]:
    began = yield ctx.utc_now()  # milliseconds since 1970
    yield ctx.schedule_timer(10)  # milliseconds
    yield ctx.schedule_timer(timedelta(milliseconds=10))
    took = (yield ctx.utc_now()) - began
    day = datetime.fromtimestamp(began / 1000, timezone.utc)
    return f"on time in {day:%Y}" if took >= 20 else "too early"
# [end]


# [timeout]
def asks(ctx: OrchestrationContext, _: None) -> Generator[Any, Any, str]:
    try:
        answer: str = yield ctx.with_timeout(ctx.wait_for_event("answered"), 10)
    except TimedOutError:
        return "nobody answered"
    return answer
# [end]


# [helper]
def two_steps(ctx: OrchestrationContext) -> Generator[Any, Any, int]:
    yield ctx.schedule_timer(1)
    result: int = yield ctx.schedule_activity("stuck", 1)
    return result


def bounded(ctx: OrchestrationContext, _: None) -> Generator[Any, Any, int]:
    result: int = yield ctx.with_timeout(two_steps(ctx), 20)  # both steps together
    return result
# [end]


# [delayed]
def start_later(client: Client) -> None:
    client.start_orchestration("plants", "Reminder", delay_ms=timedelta(milliseconds=50))
# [end]


# [periodic]
def periodic(ctx: OrchestrationContext, round: int) -> Generator[Any, Any, int]:
    following = (yield ctx.utc_now()) + 5
    yield ctx.schedule_activity("report", f"round {round}")
    if round < 3:
        left = following - (yield ctx.utc_now())  # counted from the beginning of the round
        yield ctx.schedule_timer(max(0, left))
        yield ctx.continue_as_new(round + 1)
    return round
# [end]


def main() -> None:
    store = SqliteProvider.in_memory()
    client = Client(store)
    with Runtime(store) as runtime:
        runtime.register_activity("stuck", lambda ctx, _: ctx.wait_for_cancellation())
        runtime.register_activity("report", lambda ctx, line: reports.append(line))
        runtime.register_orchestration("Timers", timers)
        runtime.register_orchestration("Asks", asks)
        runtime.register_orchestration("Bounded", bounded)
        runtime.register_orchestration("Reminder", lambda ctx, _: "water the plants")
        runtime.register_orchestration("Periodic", periodic)
        runtime.start()
        start_later(client)
        assert client.get_status("plants").status == "Running"
        for name in ("Timers", "Asks", "Bounded"):
            client.start_orchestration(name, name)
        client.start_orchestration("Periodic", "Periodic", 1)
        assert client.wait_for_orchestration_typed("Timers").startswith("on time in 20")
        assert client.wait_for_orchestration_typed("Asks") == "nobody answered"
        failure = client.wait_for_orchestration("Bounded").failure
        assert failure is not None and failure.kind == "timed_out"
        assert client.wait_for_orchestration_typed("plants") == "water the plants"
        assert client.wait_for_orchestration_typed("Periodic") == 3
        assert reports == ["round 1", "round 2", "round 3"]


if __name__ == "__main__":
    main()
