"""The program of operating.md."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

from duroxide import (
    Client,
    DeleteInstanceResult,
    InstanceFilter,
    OrchestrationContext,
    PruneOptions,
    Runtime,
    RuntimeOptions,
    SqliteProvider,
)


# [find]
def first_failures(client: Client) -> list[str]:
    page = client.list_instances(statuses=["Failed"], orchestration="Order", limit=50)  # the newest first
    found = []
    for each in page.instances:
        info = client.get_instance_info(each.instance_id)
        found.append(f"{each.instance_id}: {info.error}")
    return found
# [end]


# [pages]
def count_all(client: Client) -> int:
    count, cursor = 0, ""
    while True:
        page = client.list_instances(order="id", descending=False, limit=2, cursor=cursor)
        count += len(page.instances)
        cursor = page.cursor
        if not cursor:  # that was all
            return count
# [end]


# [history]
def what_happened(client: Client, instance: str) -> list[str]:
    events = client.read_execution_history(instance, 0)  # 0: the current execution
    return [f"{event.event_id} {event.kind} {event.data}" for event in events]
# [end]


# [sizes]
def how_large(client: Client, instance: str) -> str:
    stats = client.get_orchestration_stats(instance)
    if stats is None:
        return "there is no such instance"
    return (
        f"{stats.history_event_count} events, {stats.queue_pending_count} messages, "
        f"{stats.kv_user_key_count} values"
    )
# [end]


# [explain]
def why_it_waits(client: Client, instance: str) -> list[str]:
    told = client.explain(instance)
    if told.problem is not None:
        return [f"it cannot be run: {told.problem.detail}"]
    return [f"{each.kind} {each.name}: {each.text}" for each in told.waits]
# [end]


# [mend]
def mend(client: Client) -> int:
    failed = client.list_instances_by_status("Failed")
    for instance in failed:
        client.rewind_instance(instance, reason="the bank is up again")
    return len(failed)
# [end]


# [retention]
DAY = 24 * 3600 * 1000

forgetful = RuntimeOptions(
    delete_instances_after_ms=30 * DAY,  # after they ended, with all below them
    delete_executions_after_ms=DAY,  # of instances that continue as new
)
# [end]


# [tidy]
def forget_old_ones(client: Client, before_ms: int) -> DeleteInstanceResult:
    # Those that have ended, with all below them.
    return client.delete_instance_bulk(InstanceFilter(completed_before=before_ms, limit=1000))


def shorten(client: Client, instance: str) -> int:
    return client.prune_executions(instance, PruneOptions(keep_last=5)).executions_deleted
# [end]


# [move]
def move_house(here: Client, there: Client, file: Path) -> None:
    # No runtime runs on either store, unless this is only a backup.
    here.export_instances(file)
    there.import_instances(file)
    assert there.compare_instances(file) == []
# [end]


# [verify]
def what_cannot_be(client: Client) -> list[str]:
    return [f"{each.instance_id}: {each.what}" for each in client.verify().first]
# [end]


def order(ctx: OrchestrationContext, item: str) -> Generator[Any, Any, str]:
    yield ctx.schedule_timer(0)
    if item == "nothing":
        raise ValueError("an empty order")
    return item


def rounds(ctx: OrchestrationContext, left: int) -> Generator[Any, Any, int]:
    if left:
        yield ctx.continue_as_new(left - 1)
    return left


def approval(ctx: OrchestrationContext, _: Any) -> Generator[Any, Any, Any]:
    return (yield ctx.wait_for_event("approved"))


def paid(ctx: OrchestrationContext, item: str) -> Generator[Any, Any, str]:
    charged: str = yield ctx.schedule_activity("charge", item)
    return charged


def mend_what_failed() -> None:
    store = SqliteProvider.in_memory()
    client = Client(store)
    bank = {"up": False}

    def charge(_: Any, item: str) -> str:
        if not bank["up"]:
            raise RuntimeError("the bank is down")
        return item + ", paid"

    with Runtime(store) as runtime:
        runtime.register_activity("charge", charge)
        runtime.register_orchestration("Paid", paid)
        runtime.start()
        client.start_orchestration("p", "Paid", "tea")
        assert client.wait_for_orchestration("p").status == "Failed"
        bank["up"] = True
        assert mend(client) == 1
        assert client.wait_for_orchestration("p").output == "tea, paid"


def wait_for_approval() -> None:
    store = SqliteProvider.in_memory()
    client = Client(store)
    with Runtime(store) as runtime:
        runtime.register_orchestration("Approval", approval)
        runtime.start()
        client.start_orchestration("a", "Approval")
        deadline = time.monotonic() + 30
        while not client.explain("a").waits and time.monotonic() < deadline:
            time.sleep(0.01)
        assert why_it_waits(client, "a") == ["event approved: nobody has raised it"]


def main() -> None:
    wait_for_approval()
    mend_what_failed()
    store = SqliteProvider.in_memory()
    client = Client(store)
    with Runtime(store, forgetful) as runtime:
        runtime.register_orchestration("Order", order)
        runtime.register_orchestration("Rounds", rounds)
        runtime.start()
        for instance, item in (("o1", "tea"), ("o2", "nothing")):
            client.start_orchestration(instance, "Order", item)
            client.wait_for_orchestration(instance)
        client.start_orchestration("r", "Rounds", 9)
        client.wait_for_orchestration("r")
        assert first_failures(client) == ["o2: ValueError: an empty order"]
        assert count_all(client) == 3
        history = what_happened(client, "o1")
        assert history[0] == '1 OrchestrationStarted {"name": "Order", "version": "1.0.0", "input": "tea"}'
        assert history[-1] == '4 OrchestrationCompleted "tea"', history
        assert how_large(client, "o1") == "4 events, 0 messages, 0 values"
        assert how_large(client, "nobody") == "there is no such instance"
        assert client.list_executions("r") == list(range(1, 11))
        assert shorten(client, "r") == 5
    assert what_cannot_be(client) == []
    with tempfile.TemporaryDirectory() as folder:
        other = Client(SqliteProvider.in_memory())
        move_house(client, other, Path(folder) / "all.jsonl")
        assert sorted(other.list_all_instances()) == ["o1", "o2", "r"]
    assert forget_old_ones(client, int(time.time() * 1000) + 1000).instances_deleted == 3


if __name__ == "__main__":
    main()
