"""Activities in processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from duroxide.worker import WorkerProcesses
from kit import FILE, LIMIT, POSTGRES, eventually

of_other_processes = pytest.mark.stores(FILE, POSTGRES)
SETUP = "worker_setup:setup"


def Fan(ctx: Any, count: int) -> Any:
    return (yield ctx.all_typed([ctx.schedule_activity("whoami", i) for i in range(count)]))


def Dies(ctx: Any, file: str) -> Any:
    return (yield ctx.schedule_activity("die_once", file))


@of_other_processes
def test_activities_run_in_other_processes(store: Any, serve: Any, begin: Any, client: Any) -> None:
    serve(Fan, worker_concurrency=0)
    with WorkerProcesses(store.url(), SETUP, 2) as workers:
        found = client.wait_for_orchestration(begin("Fan", 12), 2 * LIMIT * 1000).output
        assert [number for number, _ in found] == list(range(12))
        pids = {pid for _, pid in found}
        assert pids <= set(workers.pids())
        assert os.getpid() not in pids
    assert workers.pids() == []


@of_other_processes
def test_a_worker_that_dies_is_started_again_and_its_activity_too(
    store: Any, serve: Any, begin: Any, client: Any, tmp_path: Path
) -> None:
    serve(Dies, worker_concurrency=0)
    with WorkerProcesses(store.url(), SETUP, 1) as workers:
        first = workers.pids()
        assert client.wait_for_orchestration(begin("Dies", str(tmp_path / "died")), 3 * LIMIT * 1000).output == "done"
        assert workers.pids() != first


@of_other_processes
def test_workers_take_activities_with_their_tags_alone(store: Any, serve: Any, begin: Any, client: Any) -> None:
    def Tagged(ctx, _):
        return (yield ctx.schedule_activity("whoami", 1).with_tag("cpu"))[1]

    serve(Tagged)
    with WorkerProcesses(store.url(), SETUP, 1, tags=["cpu"]) as workers:
        assert client.wait_for_orchestration(begin("Tagged"), 2 * LIMIT * 1000).output in workers.pids()


@of_other_processes
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_program_ends_on_a_signal(store: Any, client: Any, number: int) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "duroxide.worker", store.url(), SETUP]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, env=environment)
    try:
        eventually(lambda: [each for each in client.list_nodes() if each.state == "alive"])
        process.send_signal(number)
        assert process.wait(LIMIT) == 0
    finally:
        process.kill()
        process.wait()


@of_other_processes
def test_workers_end_when_their_starter_is_killed(store: Any, client: Any) -> None:
    program = (
        "import sys, time\nfrom duroxide.worker import WorkerProcesses\n"
        "workers = WorkerProcesses(sys.argv[1], sys.argv[2], 1)\nprint(*workers.pids(), flush=True)\ntime.sleep(60)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    starter = subprocess.Popen(
        [sys.executable, "-c", program, store.url(), SETUP], stdout=subprocess.PIPE, text=True, env=environment
    )
    worker = int(starter.stdout.readline())  # type: ignore[union-attr]
    eventually(lambda: [each for each in client.list_nodes() if each.state == "alive"])
    starter.kill()
    starter.communicate()

    def gone() -> bool:
        try:
            status = Path(f"/proc/{worker}/stat").read_text()
        except OSError:
            return True
        return status.rpartition(")")[2].split()[0] == "Z"

    eventually(gone)


def test_a_store_in_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="store_url"):
        WorkerProcesses("sqlite::memory:", SETUP)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"setup": "no colon"}, "setup"),
        ({"setup": 5}, "setup"),
        ({"count": 0}, "count"),
        ({"count": "2"}, "count"),
        ({"tags": "cpu"}, "tags"),
        ({"tags": ["a,b"]}, "tags"),
        ({"store_url": 5}, "store_url"),
    ],
)
def test_bad_arguments_are_refused(arguments: dict[str, Any], name: str) -> None:
    given: dict[str, Any] = {"store_url": "sqlite:/tmp/unused.db", "setup": SETUP, "count": 1, **arguments}
    with pytest.raises((TypeError, ValueError), match=name):
        WorkerProcesses(**given)
