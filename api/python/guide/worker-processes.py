"""The program of worker-processes.md."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

from duroxide import ActivityContext, Client, OrchestrationContext, Runtime, RuntimeOptions, open_store
from duroxide.worker import WorkerProcesses

# [activity]
def count_primes(ctx: ActivityContext, below: int) -> list[int]:
    count = sum(all(n % d for d in range(2, int(n**0.5) + 1)) for n in range(2, below))
    return [count, os.getpid()]


def register_work(runtime: Runtime) -> None:
    runtime.register_activity("count_primes", count_primes)
# [end]


# [orchestration]
def count_all(ctx: OrchestrationContext, limits: list[int]) -> Generator[Any, Any, list[list[int]]]:
    tasks = [ctx.schedule_activity("count_primes", limit).with_tag("cpu") for limit in limits]
    counts: list[list[int]] = yield ctx.gather(*tasks)
    return counts
# [end]


# [workers]
def run(url: str, setup: str) -> list[list[int]]:
    store = open_store(url)
    client = Client(store)
    with Runtime(store) as runtime, WorkerProcesses(url, setup, count=2, tags=["cpu"]):
        runtime.register_orchestration("CountAll", count_all)
        runtime.start()
        client.start_orchestration("c", "CountAll", [100, 1000, 100, 1000])
        counts: list[list[int]] = client.wait_for_orchestration_typed("c")
        return counts
# [end]


# [no-workers]
without_workers = RuntimeOptions(worker_concurrency=0)  # all activities go to worker processes
# [end]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        setup = f"{Path(__file__).stem}:register_work"
        found = run(f"sqlite:{folder}/app.db", setup)
    assert [count for count, _ in found] == [25, 168, 25, 168]
    assert os.getpid() not in {process for _, process in found}


if __name__ == "__main__":
    main()
