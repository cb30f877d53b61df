"""Activities in processes of their own, for work that keeps the interpreter busy.

    python3 -m duroxide.worker STORE_URL MODULE:FUNCTION [--concurrency N] [--tags a,b] [--node-id ID]

is such a process: FUNCTION(runtime) of MODULE registers its activities. It ends on SIGTERM and SIGINT, and, if its
standard input is a pipe, when that is closed. `WorkerProcesses` starts several, and starts them again if they die.
"""

from __future__ import annotations

import argparse
import importlib
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from duroxide import _arguments as check
from duroxide.options import RuntimeOptions, TagFilter, parse_tag_filter
from duroxide.providers import open_store
from duroxide.runtime import Runtime

_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 30.0
_GOOD_LIFE_S = 60.0  # who lives this long did not die of its start


def _check_setup(setup: Any) -> str:
    module, colon, function = check.text(setup, "setup").partition(":")
    if not module or not colon or not function:
        raise ValueError(f'setup must be "module:function", and is {setup!r}')
    return str(setup)


# -- the process ---------------------------------------------------------------------------


def _loaded(setup: str) -> Callable[[Runtime], object]:
    module, _, function = _check_setup(setup).partition(":")
    found: Any = importlib.import_module(module)
    for name in function.split("."):
        found = getattr(found, name)
    return check.function(found, "setup")


def _end_with_parent(stop: threading.Event) -> None:
    """Whoever started this process holds the other end of the pipe, which the system closes when it dies."""
    try:
        mode = os.fstat(0).st_mode
    except OSError:
        return
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        return

    def read() -> None:
        while os.read(0, 4096):
            pass
        stop.set()

    threading.Thread(target=read, name="duroxide-parent", daemon=True).start()


def main(arguments: Sequence[str] | None = None) -> int:
    """The program; gives its exit code. Blocks until it is to end."""
    parser = argparse.ArgumentParser(prog="python3 -m duroxide.worker", description="Runs activities of a store.")
    parser.add_argument("store_url", help="sqlite:FILE or postgresql://...[?schema=NAME]")
    parser.add_argument("setup", help="MODULE:FUNCTION, called with the runtime to register activities")
    parser.add_argument("--concurrency", type=int, default=1, help="activities that run at the same time (default 1)")
    parser.add_argument("--tags", help="accepts only activities with one of these tags, as a,b (default: none)")
    parser.add_argument("--node-id", help="a name that survives restarts, for sessions")
    given = parser.parse_args(arguments)
    options = RuntimeOptions(
        orchestration_concurrency=0,
        worker_concurrency=given.concurrency,
        worker_node_id=given.node_id,
        worker_tag_filter=None if given.tags is None else TagFilter.tags(given.tags.split(",")),
    )
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    _end_with_parent(stop)
    setup = _loaded(given.setup)
    with Runtime(open_store(given.store_url), options) as runtime:
        setup(runtime)
        runtime.start()
        stop.wait()
    return 0


# -- their supervision ---------------------------------------------------------------------


class _Place:
    """One of the processes, and when it may be started again."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self._command = command
        self._environment = environment
        self._pause = _FIRST_PAUSE_S
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self._command, stdin=subprocess.PIPE, env=self._environment)
        self._started = time.monotonic()
        self._start_again: float | None = None

    def look_after(self) -> None:
        if self.process.poll() is None:
            return
        now = time.monotonic()
        if self._start_again is None:
            self.let_go()
            if now - self._started >= _GOOD_LIFE_S:
                self._pause = _FIRST_PAUSE_S
            self._start_again = now + self._pause
            self._pause = min(2 * self._pause, _LONGEST_PAUSE_S)
        elif now >= self._start_again:
            self.start()

    def let_go(self) -> None:
        if self.process.stdin is not None:
            self.process.stdin.close()

    def end(self, until: float) -> None:
        try:
            self.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class WorkerProcesses:
    """Starts `count` processes (None: one for each core) that run the activities which `setup`, "module:function",
    registers, one at a time each, on the store at `store_url`. With `tags`, they run activities with one of these tags
    only; else those without a tag. A process that dies is started again, after a pause that grows.

    They end when they are closed, and when this process ends, however it does. Use it in a `with`, or close it. Raises
    ValueError for a store in memory, which other processes cannot use.
    """

    def __init__(
        self, store_url: str, setup: str, count: int | None = None, tags: Sequence[str] | None = None
    ) -> None:
        if ":memory:" in check.text(store_url, "store_url"):
            raise ValueError("store_url must not be a store in memory: other processes cannot use it")
        check.optional_whole(count, "count", 1)
        command = [sys.executable, "-m", "duroxide.worker", store_url, _check_setup(setup)]
        if tags is not None:
            words = check.texts(tags, "tags")
            parse_tag_filter(TagFilter.tags(words))
            if any("," in word for word in words):
                raise ValueError("tags must not have a comma in them")
            command += ["--tags", ",".join(words)]
        # What this process can import, they can.
        search = os.pathsep.join(os.path.abspath(each) for each in sys.path)
        environment = {**os.environ, "PYTHONPATH": search}
        self._places = [_Place(command, environment) for _ in range(count or os.cpu_count() or 1)]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look_after, name="duroxide-workers", daemon=True)
        self._thread.start()

    def __enter__(self) -> WorkerProcesses:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def pids(self) -> list[int]:
        """The ids of the processes that run now."""
        return [place.process.pid for place in self._places if place.process.poll() is None]

    def close(self, timeout: float = 15.0) -> None:
        """Asks the processes to end, and waits for them, at most `timeout` seconds together; then kills them. May be
        called again."""
        if check.real(timeout, "timeout") < 0:
            raise ValueError(f"timeout must be at least 0, and is {timeout}")
        self._stop.set()
        self._thread.join()
        for place in self._places:
            place.let_go()
        until = time.monotonic() + timeout
        for place in self._places:
            place.end(until)

    def _look_after(self) -> None:
        while not self._stop.wait(0.2):
            for place in self._places:
                try:
                    place.look_after()
                except OSError as error:  # it cannot be started now; tried again
                    print(f"duroxide: a worker process cannot be started: {error}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
