"""The program of activities.md."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Generator
from typing import Any

from duroxide import (
    ActivityContext,
    Client,
    OrchestrationContext,
    Runtime,
    RuntimeOptions,
    SqliteProvider,
    TimedOutError,
)

logging.getLogger("duroxide").setLevel(logging.ERROR)  # no line for the attempt that fails
printed: list[str] = []
began, stopped = threading.Event(), threading.Event()


# [functions]
def register_functions(runtime: Runtime) -> None:
    @runtime.register_activity("greet")
    def greet(ctx: ActivityContext, name: str) -> str:
        return f"Hello, {name}"

    def note(ctx: ActivityContext, line: str) -> None:
        printed.append(line)

    runtime.register_activity("note", note)
    runtime.register_activity("answer", lambda ctx, _: 42)
# [end]


# [idempotent]
class PaymentService:
    """Stands for a service that takes a key with each request."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._payments: dict[str, int] = {}

    def pay(self, key: str, amount: int) -> None:
        with self._lock:
            self._payments.setdefault(key, amount)

    def total(self) -> int:
        return sum(self._payments.values())


service = PaymentService()


def pay(ctx: ActivityContext, amount: int) -> int:
    service.pay(ctx.activity_id, amount)
    if ctx.attempt == 1:
        raise ConnectionError("the answer was lost")
    return amount
# [end]


# [coroutine]
async def poll_until_ready(ctx: ActivityContext, rounds: int) -> str:
    for _ in range(rounds):
        await asyncio.sleep(0.002)  # holds no thread
    return f"ready after {rounds}"
# [end]


# [limit]
with_few_connections = RuntimeOptions(async_activity_limit=20)  # each of them holds a connection
# [end]


# [cancellation]
def download(ctx: ActivityContext, parts: int) -> str:
    for part in range(parts):
        ctx.heartbeat({"part": part, "of": parts})
        began.set()
        # Waits as the network would; True as soon as the activity is cancelled.
        if ctx.wait_for_cancellation(3_600_000):
            stopped.set()
            return ""  # nobody reads this
    return "done"
# [end]


# [cancelling]
def downloads(ctx: OrchestrationContext, limit_ms: int) -> Generator[Any, Any, str]:
    try:
        text: str = yield ctx.schedule_activity("download", 3).with_timeout(limit_ms)
    except TimedOutError as error:
        text = str(error)
    return text
# [end]


# [progress]
def progress_of(client: Client, instance: str) -> str:
    for each in client.get_activities(instance):
        if each.progress is not None:
            return f"{each.name}: part {each.progress['part']} of {each.progress['of']}"
    return "no heartbeat yet"
# [end]


# [client]
def hand_over(ctx: ActivityContext, item: str) -> None:
    client = ctx.get_client()
    # The id is the same when this activity runs again: the second start does nothing.
    client.start_orchestration(f"polls-for-{ctx.instance_id}", "Polls", 1)
    client.raise_event(ctx.instance_id, "handed", item)
# [end]


def functions(ctx: OrchestrationContext, _: None) -> Generator[Any, Any, list[Any]]:
    greeting = yield ctx.schedule_activity("greet", "Ada")
    yield ctx.schedule_activity("note", greeting)
    return [greeting, (yield ctx.schedule_activity("answer"))]


def pays(ctx: OrchestrationContext, amount: int) -> Generator[Any, Any, int]:
    paid: int = yield ctx.schedule_activity_with_retry("pay", amount, {"max_attempts": 2, "backoff": "none"})
    return paid


def polls(ctx: OrchestrationContext, rounds: int) -> Generator[Any, Any, str]:
    text: str = yield ctx.schedule_activity("poll_until_ready", rounds)
    return text


def hands(ctx: OrchestrationContext, _: None) -> Generator[Any, Any, str]:
    item, _ = yield ctx.gather(ctx.wait_for_event("handed"), ctx.schedule_activity("hand_over", "a box"))
    return str(item)


def main() -> None:
    store = SqliteProvider.in_memory()
    client = Client(store)
    with Runtime(store, with_few_connections) as runtime:
        register_functions(runtime)
        runtime.register_activity("pay", pay)
        runtime.register_activity("poll_until_ready", poll_until_ready)
        runtime.register_activity("download", download)
        runtime.register_activity("hand_over", hand_over)
        runtime.register_orchestration("Functions", functions)
        runtime.register_orchestration("Pays", pays)
        runtime.register_orchestration("Polls", polls)
        runtime.register_orchestration("Downloads", downloads)
        runtime.register_orchestration("Hands", hands)
        runtime.start()
        client.start_orchestration("f", "Functions")
        client.start_orchestration("p", "Pays", 5)
        client.start_orchestration("d", "Downloads", 50)
        client.start_orchestration("h", "Hands")
        assert client.wait_for_orchestration("f").output == ["Hello, Ada", 42]
        assert printed == ["Hello, Ada"]
        assert client.wait_for_orchestration("p").output == 5
        assert service.total() == 5
        assert "download" in client.wait_for_orchestration("d").output
        assert stopped.wait(10)
        assert client.wait_for_orchestration("h").output == "a box"
        assert client.wait_for_orchestration("polls-for-h").output == "ready after 1"

        began.clear()
        client.start_orchestration("d2", "Downloads", 60_000)
        assert began.wait(10)
        until = time.monotonic() + 10
        while progress_of(client, "d2") == "no heartbeat yet" and time.monotonic() < until:
            time.sleep(0.005)
        assert progress_of(client, "d2") == "download: part 0 of 3"
        client.cancel_instance("d2")


if __name__ == "__main__":
    main()
