"""The program of cluster.md."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

from duroxide import (
    ActivityContext,
    Client,
    OrchestrationContext,
    Runtime,
    RuntimeOptions,
    SqliteProvider,
    StoreError,
    TagFilter,
)


# [signals]
def run_until_stopped(runtime: Runtime) -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):  # of a service manager, and of a terminal
        signal.signal(number, lambda *_: stop.set())
    runtime.start()
    stop.wait()
    runtime.shutdown()  # finishes what runs, and leaves the rest to the others
# [end]


# [client]
def start_film(client: Client, title: str) -> str:
    instance = f"film-{title}"  # it is started once, however often this is asked for
    for tries in range(1, 6):
        try:
            client.start_orchestration(instance, "Film", title)
            break
        except StoreError:  # the store is away; what runs waits for it
            if tries == 5:
                raise
            time.sleep(1)
    return instance
# [end]


# [nodes]
def who_owns_what(client: Client) -> list[str]:
    return [f"{each.name} owns {len(each.shards)} shards" for each in client.list_nodes(0) if each.state == "alive"]
# [end]


# [roles]
all_round = RuntimeOptions()  # orchestrations, and activities without a tag

orchestrations_only = RuntimeOptions(worker_concurrency=0)  # its activities go to nodes that have workers

workers_only = RuntimeOptions(
    orchestration_concurrency=0,  # owns no shards
    worker_concurrency=4,
    worker_tag_filter=TagFilter.default_and(["gpu"]),
)
# [end]


# [placement]
def make_film(ctx: OrchestrationContext, title: str) -> Generator[Any, Any, str]:
    whole = yield ctx.schedule_activity("transcode", title).with_tag("gpu")
    published: str = yield ctx.schedule_activity("publish", whole, session_id="uplink")
    return published
# [end]


def make_film_2(ctx: OrchestrationContext, title: str) -> Generator[Any, Any, str]:
    published: str = yield from make_film(ctx, title)
    return f"{published} twice"


# [careful]
def transcode(ctx: ActivityContext, title: str) -> str:
    if ctx.deliveries > 1:  # a process died while it held this: perhaps of this
        ctx.trace_warn(f"delivery {ctx.deliveries} of {title}")
    return f"{title} in small"
# [end]


# [upgrade]
def register_next_build(runtime: Runtime, all_nodes_have_it: bool) -> None:
    runtime.register_activity("transcode", transcode)
    runtime.register_activity("publish", lambda ctx, film: f"{film}, published")
    runtime.register_orchestration_versioned("Film", "1.0.0", make_film)  # for what runs
    runtime.register_orchestration_versioned("Film", "2.0.0", make_film_2)  # for what begins
    if not all_nodes_have_it:
        runtime.set_version_policy("Film", "1.0.0")
# [end]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "films.db"
        store = SqliteProvider.open(file)
        worker = Runtime(SqliteProvider.open(file), workers_only)
        register_next_build(worker, False)
        worker.start()
        node = Runtime(store, orchestrations_only)
        register_next_build(node, False)

        client = Client(store)
        seen: list[str] = []

        def use() -> None:
            instance = start_film(client, "Alien")
            seen.append(client.wait_for_orchestration_typed(instance))
            seen.extend(who_owns_what(client))
            os.kill(os.getpid(), signal.SIGTERM)

        user = threading.Thread(target=use)
        user.start()
        run_until_stopped(node)
        user.join()
        worker.shutdown()
        assert seen[0] == "Alien in small, published", seen
        assert len(seen) == 3 and sum(each.endswith(" owns 0 shards") for each in seen) == 1, seen


if __name__ == "__main__":
    main()
