"""The program of versions.md."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

from duroxide import Client, OrchestrationContext, Runtime, SqliteProvider


# [versions]
def ship_1(ctx: OrchestrationContext, item: str) -> Generator[Any, Any, str]:
    payer = yield ctx.dequeue_event("payments")
    packed = yield ctx.schedule_activity("pack", item)
    return f"{packed} for {payer}"


def ship_2(ctx: OrchestrationContext, item: str) -> Generator[Any, Any, str]:
    insured = yield ctx.schedule_activity("insure", item)  # new: a step before the wait
    payer = yield ctx.dequeue_event("payments")
    packed = yield ctx.schedule_activity("pack", insured)
    return f"{packed} for {payer}"
# [end]


def register_activities(runtime: Runtime) -> None:
    runtime.register_activity("pack", lambda ctx, item: f"packed {item}")
    runtime.register_activity("insure", lambda ctx, item: f"insured {item}")


# [builds]
def register_first_build(runtime: Runtime) -> None:
    register_activities(runtime)
    runtime.register_orchestration("Shipping", ship_1)  # version 1.0.0


def register_second_build(runtime: Runtime) -> None:
    register_activities(runtime)
    runtime.register_orchestration("Shipping", ship_1)  # for the instances that run it
    runtime.register_orchestration_versioned("Shipping", "2.0.0", ship_2)  # for the new ones
# [end]


# [policy]
def choose(runtime: Runtime, client: Client) -> None:
    def version_of(instance: str, **options: Any) -> str:
        client.start_orchestration(instance, "Shipping", "tea", **options)
        client.enqueue_event(instance, "payments", "Ada")
        return client.wait_for_orchestration(instance).orchestration_version

    assert version_of("by-default") == "2.0.0"  # the latest that is registered
    runtime.set_version_policy("Shipping", "1.0.0")
    assert version_of("by-policy") == "1.0.0"
    assert version_of("by-argument", version="2.0.0") == "2.0.0"  # beats the policy
    runtime.set_version_policy("Shipping", None)  # the latest again
# [end]


# [deploy]
def deploy(file: Path) -> None:
    first = Runtime(SqliteProvider.open(file))
    register_first_build(first)
    first.start()
    client = Client(SqliteProvider.open(file))
    client.start_orchestration("old", "Shipping", "tea")

    second = Runtime(SqliteProvider.open(file))  # another process
    register_second_build(second)
    second.start()  # stands by while the first one runs the orchestrations
    first.shutdown()  # the old process ends; the second takes over
    client.start_orchestration("new", "Shipping", "cups")
    for instance in ("old", "new"):
        client.enqueue_event(instance, "payments", "Ada")
    assert client.wait_for_orchestration("old").output == "packed tea for Ada"
    assert client.wait_for_orchestration("new").output == "packed insured cups for Ada"
    second.shutdown()
# [end]


# [upgrade]
def account_1(ctx: OrchestrationContext, balance: int) -> Generator[Any, Any, str]:
    amount = yield ctx.dequeue_event("amounts")
    if amount == 0:
        return f"1: {balance}"
    yield ctx.continue_as_new(balance + amount)  # the policy chooses: the latest
    return ""


def account_2(ctx: OrchestrationContext, balance: int) -> Generator[Any, Any, str]:
    amount = yield ctx.dequeue_event("amounts")
    if amount == 0:
        return f"2: {balance}"
    yield ctx.continue_as_new_versioned(balance + 2 * amount, "2.0.0")  # stays, whatever comes
    return ""
# [end]


def main() -> None:
    store = SqliteProvider.in_memory()
    client = Client(store)
    with Runtime(store) as runtime:
        register_second_build(runtime)
        runtime.register_orchestration("Account", account_1)
        runtime.register_orchestration_versioned("Account", "2.0.0", account_2)
        runtime.start()
        choose(runtime, client)
        client.start_orchestration("a", "Account", 0, version="1.0.0")
        for amount in (1, 10, 0):
            client.enqueue_event("a", "amounts", amount)
        assert client.wait_for_orchestration("a").output == "2: 21"
    with tempfile.TemporaryDirectory() as folder:
        deploy(Path(folder) / "shop.db")


if __name__ == "__main__":
    main()
