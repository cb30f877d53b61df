"""The program of events-and-queues.md."""

from __future__ import annotations

import logging
from collections.abc import Generator
from typing import Any

from duroxide import Client, OrchestrationContext, Runtime, SqliteProvider

logging.getLogger("duroxide").setLevel(logging.ERROR)  # no line for the event that comes too early


# [positional]
def positional(ctx: OrchestrationContext, _: None) -> Generator[Any, Any, str]:
    yield ctx.wait_for_event("opened")
    answer: str = yield ctx.wait_for_event("approved")
    return answer


def too_early(client: Client) -> str:
    client.start_orchestration("p", "Positional")
    client.raise_event("p", "approved", "early")  # nobody waits for it yet: passed over
    client.raise_event("p", "opened")
    client.raise_event("p", "approved", "late")
    answer: str = client.wait_for_orchestration_typed("p")
    return answer
# [end]


# [wait-first]
def approval(ctx: OrchestrationContext, request: str) -> Generator[Any, Any, str]:
    answer, _ = yield ctx.gather(
        ctx.with_timeout(ctx.wait_for_event("approved"), 24 * 3600 * 1000),  # the wait is open,
        ctx.schedule_activity("mail_request", request),  # when this may be answered
    )
    return str(answer)
# [end]


# [queue]
def shop(ctx: OrchestrationContext, _: None) -> Generator[Any, Any, list[str]]:
    taken: list[str] = []
    while True:
        order = yield ctx.dequeue_event("orders")
        if order == "close":
            return taken
        taken.append(order)


def in_order(client: Client) -> list[str]:
    client.start_orchestration("s", "Shop")
    for order in ("tea", "milk", "close"):
        client.enqueue_event("s", "orders", order)
    taken: list[str] = client.wait_for_orchestration_typed("s")
    return taken
# [end]


# [lost-race]
def patient_shop(ctx: OrchestrationContext, _: None) -> Generator[Any, Any, str]:
    quiet = 0
    while True:
        first = yield ctx.race(ctx.dequeue_event("orders"), ctx.schedule_timer(2))
        if first["index"] == 0:
            return f"{first['value']} after a wait"
        quiet += 1  # the wait that lost took no message
        ctx.set_custom_status(str(quiet))
# [end]


# [eternal]
def eternal(ctx: OrchestrationContext, seen: int) -> Generator[Any, Any, int]:
    order = yield ctx.dequeue_event("orders")
    if order != "close":
        yield ctx.continue_as_new(seen + 1)  # what is still in the queue stays there
    return seen
# [end]


def main() -> None:
    store = SqliteProvider.in_memory()
    client = Client(store)
    with Runtime(store) as runtime:
        runtime.register_activity(
            "mail_request", lambda ctx, _: ctx.get_client().raise_event(ctx.instance_id, "approved", "Grace")
        )
        runtime.register_orchestration("Positional", positional)
        runtime.register_orchestration("Approval", approval)
        runtime.register_orchestration("Shop", shop)
        runtime.register_orchestration("PatientShop", patient_shop)
        runtime.register_orchestration("Eternal", eternal)
        runtime.start()
        assert too_early(client) == "late"
        client.start_orchestration("a", "Approval", "a car")
        assert client.wait_for_orchestration_typed("a") == "Grace"
        assert in_order(client) == ["tea", "milk"]
        client.start_orchestration("ps", "PatientShop")
        client.wait_for_status_change("ps")
        client.enqueue_event("ps", "orders", "tea")
        assert client.wait_for_orchestration_typed("ps") == "tea after a wait"
        client.start_orchestration("e", "Eternal", 0)
        for order in ("tea", "milk", "bread", "close"):
            client.enqueue_event("e", "orders", order)
        assert client.wait_for_orchestration_typed("e") == 3
        assert client.list_executions("e") == [1, 2, 3, 4]
        client.raise_event("e", "orders", "too late")


if __name__ == "__main__":
    main()
