"""The program of sessions-and-tags.md."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

from duroxide import ActivityContext, Client, OrchestrationContext, Runtime, RuntimeOptions, SqliteProvider, TagFilter


# [tags]
def gallery(ctx: OrchestrationContext, picture: str) -> Generator[Any, Any, str]:
    small = yield ctx.schedule_activity("resize", picture)
    shown: str = yield ctx.schedule_activity("render", small).with_tag("gpu")
    return shown
# [end]


# [roles]
everything_untagged = RuntimeOptions()  # orchestrations, and activities without a tag: the default

gpu_worker = RuntimeOptions(
    orchestration_concurrency=0,  # no orchestrations
    worker_concurrency=4,
    worker_tag_filter=TagFilter.tags(["gpu"]),
)

orchestrations_only = RuntimeOptions(worker_concurrency=0)  # no activities
# [end]


def register_work(runtime: Runtime, place: str) -> None:
    runtime.register_activity("resize", lambda ctx, picture: f"small {picture}")
    runtime.register_activity("render", lambda ctx, picture: f"{picture} {place}")


def step(ctx: ActivityContext, number: int) -> str:
    assert ctx.session_id is not None
    return ctx.session_id


# [two-runtimes]
def two_runtimes() -> str:
    store = SqliteProvider.in_memory()  # or SqliteProvider.open("jobs.db") in each process
    client = Client(store)
    with Runtime(store, everything_untagged) as main_runtime, Runtime(store, gpu_worker) as gpu_runtime:
        register_work(main_runtime, "here")
        register_work(gpu_runtime, "on the GPU")
        main_runtime.register_orchestration("Gallery", gallery)
        main_runtime.start()
        gpu_runtime.start()
        client.start_orchestration("g", "Gallery", "cat.png")
        text: str = client.wait_for_orchestration_typed("g")
        return text
# [end]


# [client-only]
def through_the_store(file: Path) -> str:
    client = Client(SqliteProvider.open(file))  # no runtime in this process
    client.start_orchestration("from-outside", "Gallery", "dog.png")
    text: str = client.wait_for_orchestration_typed("from-outside")
    return text
# [end]


# [sessions]
def on_a_session(ctx: OrchestrationContext, session: str) -> Generator[Any, Any, list[str]]:
    places = []
    for number in range(10):
        place = yield ctx.schedule_activity_on_session("step", number, session)
        places.append(place)
    return places
# [end]


def main() -> None:
    assert two_runtimes() == "small cat.png on the GPU"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "jobs.db"
        accepts_all = RuntimeOptions(worker_tag_filter=TagFilter.ANY)
        with Runtime(SqliteProvider.open(file), accepts_all) as runtime:
            register_work(runtime, "here")
            runtime.register_activity("step", step)
            runtime.register_orchestration("Gallery", gallery)
            runtime.register_orchestration("OnASession", on_a_session)
            runtime.start()
            assert through_the_store(file) == "small dog.png here"
            client = Client(SqliteProvider.open(file))
            client.start_orchestration("s", "OnASession", "one")
            assert client.wait_for_orchestration("s").output == ["one"] * 10


if __name__ == "__main__":
    main()
