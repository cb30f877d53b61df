"""Many activities side by side, joined; and the fastest of several."""

from __future__ import annotations

import sys

from duroxide import ActivityContext, Client, OrchestrationContext, Runtime, activity, open_store, orchestration


@activity
def square(ctx: ActivityContext, number: int) -> int:
    return number * number


@activity
def ask_mirror(ctx: ActivityContext, mirror: str) -> str:
    if mirror == "far":
        ctx.wait_for_cancellation(60_000)  # slow; ends at once when nobody waits for the answer any more
    return f"the {mirror} mirror"


@orchestration
async def sum_of_squares(ctx: OrchestrationContext, count: int) -> int:
    # Nothing is scheduled before the `await`; then all of them are, and `gather` waits for the last.
    squares: list[int] = await ctx.gather(*(ctx.schedule_activity(square, n) for n in range(1, count + 1)))
    return sum(squares)


@orchestration
async def first_answer(ctx: OrchestrationContext, mirrors: list[str]) -> str:
    # The first that succeeds; the others are cancelled.
    first = await ctx.any(*(ctx.schedule_activity(ask_mirror, mirror) for mirror in mirrors))
    return str(first["value"])


def main(store_url: str = "sqlite::memory:") -> None:
    store = open_store(store_url)
    with Runtime(store) as runtime:
        runtime.register(square, ask_mirror, sum_of_squares, first_answer)
        runtime.start()

        client = Client(store)
        client.start_orchestration("squares-1", sum_of_squares, 100)
        client.start_orchestration("mirrors-1", first_answer, ["far", "near"])
        print("1 + 4 + 9 + ... + 10000 =", client.wait_for_orchestration_typed("squares-1"))
        print("answered first:", client.wait_for_orchestration_typed("mirrors-1"))


if __name__ == "__main__":
    main(*sys.argv[1:])
