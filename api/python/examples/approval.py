"""Waiting for a person, but not for ever."""

from __future__ import annotations

import sys

from duroxide import Client, OrchestrationContext, Runtime, TimedOutError, open_store, orchestration

HOUR_MS = 3_600_000


@orchestration
async def approval(ctx: OrchestrationContext, patience_ms: int) -> str:
    ctx.set_custom_status("waiting for approval")
    try:
        name = await ctx.wait_for_event("approved").with_timeout(patience_ms)
    except TimedOutError:
        return "escalated: nobody answered in time"
    return f"approved by {name}"


def main(store_url: str = "sqlite::memory:") -> None:
    store = open_store(store_url)
    with Runtime(store) as runtime:
        runtime.register(approval)
        runtime.start()

        client = Client(store)
        client.start_orchestration("holiday", approval, 50)
        client.start_orchestration("expenses", approval, HOUR_MS)

        # An event that nobody waits for is passed over. Once the status can be seen, the orchestration waits.
        print("expenses:", client.wait_for_status_change("expenses").custom_status)
        client.raise_event("expenses", "approved", "Grace")

        print("expenses:", client.wait_for_orchestration_typed("expenses"))
        print("holiday:", client.wait_for_orchestration_typed("holiday"))


if __name__ == "__main__":
    main(*sys.argv[1:])
