"""The program of status-and-kv.md."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from duroxide import Client, OrchestrationContext, Runtime, SqliteProvider


# [setting]
def packing(ctx: OrchestrationContext, _: None) -> Generator[Any, Any, int]:
    ctx.set_custom_status("packing")
    ctx.set_kv_value_typed("stage", {"number": 1, "name": "boxes"})
    ctx.set_kv_value_typed("count", 0)
    for _round in range(2):
        more = yield ctx.dequeue_event("more")
        ctx.set_kv_value_typed("count", ctx.get_kv_value_typed("count") + more)
    ctx.set_custom_status("sealed")
    ctx.clear_kv_value("stage")
    count: int = ctx.get_kv_value_typed("count")
    return count
# [end]


# [following]
def follow(client: Client, instance: str) -> list[str | None]:
    seen: list[str | None] = []
    last = 0
    while True:
        now = client.wait_for_status_change(instance, last)
        if now.custom_status_version > last:
            seen.append(now.custom_status)
        if now.status != "Running":
            return seen
        last = now.custom_status_version
# [end]


# [reading]
def look(client: Client, instance: str) -> int:
    stage = client.wait_for_kv_value_typed(instance, "stage")  # waits until it is there
    count: int = client.get_kv_value_typed(instance, "count")
    texts = client.get_kv_all_values(instance)
    assert texts["stage"] == '{"number": 1, "name": "boxes"}'
    assert client.get_kv_value(instance, "nothing") is None
    return int(stage["number"]) + count
# [end]


# [other]
def observer(ctx: OrchestrationContext, instance: str) -> Generator[Any, Any, str]:
    count = yield ctx.get_kv_value_from_instance(instance, "count")
    return "no count" if count is None else f"it counted to {count}"
# [end]


# [prune]
def pruner(ctx: OrchestrationContext, _: None) -> Generator[Any, Any, int]:
    ctx.set_kv_value("old", "x")
    yield ctx.schedule_timer(5)
    ctx.set_kv_value("new", "x")
    now = yield ctx.utc_now()
    return ctx.prune_kv_values_updated_before(now - 2)
# [end]


# [labels]
def start_with_labels(client: Client) -> None:
    client.start_orchestration("packing-7", "Packing", labels={"customer": "Ada", "priority": "high"})
# [end]


def main() -> None:
    store = SqliteProvider.in_memory()
    client = Client(store)
    with Runtime(store) as runtime:
        runtime.register_orchestration("Packing", packing)
        runtime.register_orchestration("Observer", observer)
        runtime.register_orchestration("Pruner", pruner)
        runtime.start()
        assert client.get_status("packing-7").status == "NotFound"
        start_with_labels(client)
        assert look(client, "packing-7") == 1
        assert client.get_status("packing-7").labels == {"customer": "Ada", "priority": "high"}
        for more in (40, 2):
            client.enqueue_event("packing-7", "more", more)
        assert follow(client, "packing-7")[-1] == "sealed"
        assert client.get_status("packing-7").output == 42
        assert client.get_kv_value("packing-7", "count") == "42"
        client.start_orchestration("o", "Observer", "packing-7")
        assert client.wait_for_orchestration("o").output == "it counted to 42"
        client.start_orchestration("o2", "Observer", "nobody")
        assert client.wait_for_orchestration("o2").output == "no count"
        client.start_orchestration("p", "Pruner")
        assert client.wait_for_orchestration("p").output == 1
        assert client.get_kv_all_values("p") == {"new": "x"}


if __name__ == "__main__":
    main()
