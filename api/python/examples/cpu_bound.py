"""Work that keeps the interpreter busy, in processes of its own: threads of one process would take turns under the
GIL. The store must be one that several processes can open: an SQLite file or PostgreSQL."""

from __future__ import annotations

import os
import sys
import tempfile
from typing import TypedDict

from duroxide import (
    ActivityContext,
    Client,
    OrchestrationContext,
    Runtime,
    activity,
    open_store,
    orchestration,
)
from duroxide.worker import WorkerProcesses

LIMIT = 100_000
PORTION = 10_000


class Counted(TypedDict):
    primes: int
    pid: int


@activity
def count_primes(ctx: ActivityContext, first: int) -> Counted:
    numbers = range(max(first, 2), first + PORTION)
    primes = sum(all(n % d for d in range(2, int(n**0.5) + 1)) for n in numbers)
    return {"primes": primes, "pid": os.getpid()}


@orchestration
async def primes_below(ctx: OrchestrationContext, limit: int) -> list[Counted]:
    # The tag sends these to workers that accept it; activities without one run in this process, as always.
    counted: list[Counted] = await ctx.gather(
        *(ctx.schedule_activity(count_primes, first).with_tag("cpu") for first in range(0, limit, PORTION))
    )
    return counted


def setup(runtime: Runtime) -> None:
    """Each worker process imports this module and calls this: what it registers, they can run."""
    runtime.register(count_primes)


def run(store_url: str) -> None:
    store = open_store(store_url)
    with Runtime(store) as runtime, WorkerProcesses(store_url, "cpu_bound:setup", count=2, tags=["cpu"]):
        runtime.register(primes_below)
        setup(runtime)  # here it is known, too, but not run
        runtime.start()

        client = Client(store)
        client.start_orchestration("primes-1", primes_below, LIMIT)
        counted: list[Counted] = client.wait_for_orchestration_typed("primes-1", timeout_ms=120_000)
        print(sum(each["primes"] for each in counted), "primes below", LIMIT)
        here = [each for each in counted if each["pid"] == os.getpid()]
        print(f"{len(counted)} portions, {len(here)} of them counted in this process")


def main() -> None:
    if len(sys.argv) > 1:
        run(sys.argv[1])
        return
    with tempfile.TemporaryDirectory() as folder:
        run(f"sqlite:{folder}/cpu_bound.db")


# Only in the program itself, not where a worker process imports it.
if __name__ == "__main__":
    main()
