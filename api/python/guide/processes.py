"""The program of processes.md."""

from __future__ import annotations

import logging
import multiprocessing
import os
import tempfile
import warnings
from collections.abc import Generator
from pathlib import Path
from typing import Any

from duroxide import Client, ConfigurationError, OrchestrationContext, Runtime, SqliteProvider, StoreError, open_store

logging.getLogger("duroxide").setLevel(logging.CRITICAL)  # no line for the file that is gone
warnings.filterwarnings("ignore", "This process", DeprecationWarning)  # Python's own, of a fork of a threaded process


# [child]
def send(url: str) -> None:
    # Each process opens the store for itself.
    Client(open_store(url)).raise_event("w", "go", 7)


def send_from_a_child(url: str) -> int | None:
    child = multiprocessing.get_context("spawn").Process(target=send, args=(url,))
    child.start()
    child.join()
    return child.exitcode
# [end]


# [refused]
def is_refused_in_a_child(client: Client) -> bool:
    child = os.fork()
    if child == 0:
        try:
            client.get_status("w")
        except ConfigurationError:  # "... open it anew in the child ..."
            os._exit(0)
        os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
# [end]


# [gone]
def is_gone(client: Client) -> bool:
    try:
        client.start_orchestration("another", "Waits")
    except StoreError as error:
        return error.kind == "store_gone"
    return False
# [end]


def waits(ctx: OrchestrationContext, _: None) -> Generator[Any, Any, Any]:
    return (yield ctx.wait_for_event("go"))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "app.db"
        store = SqliteProvider.open(file)
        client = Client(store)
        with Runtime(store) as runtime:
            runtime.register_orchestration("Waits", waits)
            runtime.start()
            client.start_orchestration("w", "Waits")
            assert is_refused_in_a_child(client)
            assert send_from_a_child(f"sqlite:{file}") == 0
            assert client.wait_for_orchestration("w").output == 7
            file.rename(Path(folder) / "moved.db")
            assert is_gone(client)


if __name__ == "__main__":
    main()
