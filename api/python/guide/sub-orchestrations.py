"""The program of sub-orchestrations.md."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from duroxide import (
    ActivityContext,
    Client,
    OrchestrationContext,
    Runtime,
    SqliteProvider,
    SubOrchestrationFailed,
    TimedOutError,
)


# [children]
def ship_item(ctx: OrchestrationContext, item: str) -> Generator[Any, Any, str]:
    packed: str = yield ctx.schedule_activity("pack", item)
    return packed


def ship_order(ctx: OrchestrationContext, items: list[str]) -> Generator[Any, Any, list[str]]:
    shipped = yield ctx.all([ctx.schedule_sub_orchestration("ShipItem", item) for item in items])
    return [each["ok"] if "ok" in each else f"failed: {each['err']}" for each in shipped]
# [end]


# [ids]
def named(ctx: OrchestrationContext, item: str) -> Generator[Any, Any, str]:
    child = f"parcel-of-{ctx.instance_id}"
    try:
        packed: str = yield ctx.schedule_sub_orchestration_with_id("ShipItem", child, item)
    except SubOrchestrationFailed as error:
        return error.kind
    return packed
# [end]


# [timeout]
def impatient(ctx: OrchestrationContext, _: None) -> Generator[Any, Any, str]:
    try:
        yield ctx.with_timeout(ctx.schedule_sub_orchestration_with_id("Sleeper", "sleeping-child"), 20)
    except TimedOutError:
        return "too long; the child is cancelled"
    return "slept"
# [end]


# [detached]
def sells(ctx: OrchestrationContext, item: str) -> Generator[Any, Any, None]:
    yield ctx.start_orchestration("ShipItem", f"shipping-{ctx.instance_id}", item)
    # The shipping goes on without this one.
# [end]


def sleeper(ctx: OrchestrationContext, _: None) -> Generator[Any, Any, None]:
    yield ctx.schedule_timer(3_600_000)


def pack(ctx: ActivityContext, item: str) -> str:
    if item == "glass":
        raise ValueError("it broke")
    return f"packed {item}"


def main() -> None:
    store = SqliteProvider.in_memory()
    client = Client(store)
    with Runtime(store) as runtime:
        runtime.register_activity("pack", pack)
        runtime.register_orchestration("ShipItem", ship_item)
        runtime.register_orchestration("ShipOrder", ship_order)
        runtime.register_orchestration("Named", named)
        runtime.register_orchestration("Impatient", impatient)
        runtime.register_orchestration("Sells", sells)
        runtime.register_orchestration("Sleeper", sleeper)
        runtime.start()
        client.start_orchestration("order", "ShipOrder", ["tea", "glass"])
        shipped = client.wait_for_orchestration_typed("order")
        assert shipped == ["packed tea", "failed: Activity 'pack' call failed: ValueError: it broke"], shipped
        assert client.get_instance_tree("order").all_ids == ["order", "order::sub::2", "order::sub::3"]
        client.start_orchestration("n", "Named", "tea")
        assert client.wait_for_orchestration_typed("n") == "packed tea"
        client.start_orchestration("parcel-of-m", "Sleeper")
        client.start_orchestration("m", "Named", "tea")
        assert client.wait_for_orchestration_typed("m") == "already_exists"
        client.start_orchestration("i", "Impatient")
        assert client.wait_for_orchestration_typed("i") == "too long; the child is cancelled"
        failure = client.wait_for_orchestration("sleeping-child").failure
        assert failure is not None and failure.kind == "cancelled"
        client.start_orchestration("s", "Sells", "tea")
        assert client.wait_for_orchestration_typed("shipping-s") == "packed tea"
        client.cancel_instance("parcel-of-m")


if __name__ == "__main__":
    main()
