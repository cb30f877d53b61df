"""What worker processes register; see test_worker_processes.py."""

from __future__ import annotations

import os
from typing import Any


def whoami(ctx: Any, number: int) -> list[int]:
    total = 0
    for each in range(200_000):
        total += each
    return [number, os.getpid()]


def die_once(ctx: Any, file: str) -> str:
    if not os.path.exists(file):
        with open(file, "w"):
            pass
        os._exit(7)
    return "done"


def setup(runtime: Any) -> None:
    runtime.register_activity("whoami", whoami)
    runtime.register_activity("die_once", die_once)
