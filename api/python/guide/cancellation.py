"""The program of cancellation.md."""

from __future__ import annotations

import threading
from collections.abc import Generator
from typing import Any

from duroxide import (
    ActivityContext,
    Client,
    OrchestrationContext,
    OrchestrationResult,
    Runtime,
    SqliteProvider,
    SubOrchestrationFailed,
)

digging, put_down = threading.Event(), threading.Event()


# [cancel]
def stop_the_site(client: Client) -> OrchestrationResult:
    client.cancel_instance("site", "rain")
    return client.wait_for_orchestration("site")
# [end]


# [parent]
def site(ctx: OrchestrationContext, _: None) -> Generator[Any, Any, None]:
    ctx.set_kv_value("state", "open")
    try:
        # Cannot catch its cancellation: the generator is closed where it waits.
        yield ctx.schedule_sub_orchestration_with_id("Digs", "digs")
    finally:
        ctx.set_kv_value("state", "tidy")  # has no effect
# [end]


# [activity]
def dig(ctx: ActivityContext, _: None) -> None:
    digging.set()
    ctx.wait_for_cancellation()
    put_down.set()  # what it returns is ignored
# [end]


def digs(ctx: OrchestrationContext, _: None) -> Generator[Any, Any, None]:
    yield ctx.schedule_activity("dig")


def waits(ctx: OrchestrationContext, _: None) -> Generator[Any, Any, None]:
    yield ctx.wait_for_event("never")


# [cleanup]
def tidy_site(ctx: OrchestrationContext, _: None) -> Generator[Any, Any, str]:
    try:
        yield ctx.schedule_sub_orchestration_with_id("Waits", "the-work")
    except SubOrchestrationFailed as error:
        yield ctx.schedule_activity("fill_in", "the hole")
        return str(error)
    return "done"
# [end]


def main() -> None:
    store = SqliteProvider.in_memory()
    client = Client(store)
    filled: list[str] = []
    with Runtime(store) as runtime:
        runtime.register_activity("dig", dig)
        runtime.register_activity("fill_in", lambda ctx, what: filled.append(what))
        runtime.register_orchestration("Site", site)
        runtime.register_orchestration("Digs", digs)
        runtime.register_orchestration("Waits", waits)
        runtime.register_orchestration("TidySite", tidy_site)
        runtime.start()
        client.start_orchestration("site", "Site")
        assert digging.wait(10)
        ended = stop_the_site(client)
        assert (ended.status, ended.error) == ("Failed", "canceled: rain")
        assert ended.failure is not None and (ended.failure.kind, ended.failure.message) == ("cancelled", "rain")
        assert put_down.wait(10)
        assert client.get_kv_value("site", "state") == "open"
        child = client.wait_for_orchestration("digs")
        assert child.error == "canceled: its parent ended (cancelled)"

        client.start_orchestration("tidy", "TidySite")
        client.start_orchestration("never", "Waits")
        while client.get_status("the-work").status == "NotFound":
            pass
        client.cancel_instance("the-work", "rain")
        assert client.wait_for_orchestration("tidy").output == "canceled: rain"
        assert filled == ["the hole"]
        client.cancel_instance("nobody")
        client.cancel_instance("tidy")
        client.cancel_instance("never")
        assert client.wait_for_orchestration("never").error == "canceled: "


if __name__ == "__main__":
    main()
