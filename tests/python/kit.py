"""What the tests share: a store of the kind that the environment names, waiting for conditions, child processes."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from duroxide import PostgresProvider, SqliteProvider

T = TypeVar("T")

MEMORY = "SQLite memory"
FILE = "SQLite file"
POSTGRES = "PostgreSQL"
KIND = os.environ.get("DUROXIDE_TEST_STORE", MEMORY)
ROOT = Path(__file__).resolve().parents[2]
LIMIT = 20  # seconds; how long a test waits for something that should happen soon


class Store:
    """A fresh store; each `open` gives another provider on it, but for one in memory, which has only one."""

    def __init__(self, folder: Path) -> None:
        self.kind = KIND
        self._path = str(folder / "store.db")
        self._url = os.environ.get("DUROXIDE_TEST_POSTGRES_URL", "")
        self._schema = f"python_{uuid.uuid4().hex}"
        self._memory = SqliteProvider.in_memory() if KIND == MEMORY else None

    def open(self) -> Any:
        if self._memory is not None:
            return self._memory
        if self.kind == FILE:
            return SqliteProvider.open(self._path)
        return PostgresProvider.connect_with_schema(self._url, self._schema)

    def source(self) -> str:
        """Python source of an expression that opens this store; a store in memory is another one each time."""
        if self.kind == MEMORY:
            return "SqliteProvider.in_memory()"
        if self.kind == FILE:
            return f"SqliteProvider.open({self._path!r})"
        return f"PostgresProvider.connect_with_schema({self._url!r}, {self._schema!r})"

    def url(self) -> str:
        """As `duroxide::open_store` takes it."""
        if self.kind == FILE:
            return f"sqlite:{self._path}"
        return f"{self._url}{'&' if '?' in self._url else '?'}schema={self._schema}"


def eventually(condition: Callable[[], T], timeout: float = LIMIT) -> T:
    """Waits until `condition` gives something true, and gives that."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not true within {timeout} s: {condition!r} gives {value!r}")
        time.sleep(0.005)


@dataclass
class Ended:
    """How a child process ended."""

    code: int
    out: str
    err: str
    seconds: float

    def lines(self) -> list[str]:
        return self.out.splitlines()


@dataclass
class Child:
    """A Python program in a process of its own, which tells lines and is told lines."""

    process: subprocess.Popen[str]
    began: float = field(default_factory=time.monotonic)

    def line(self) -> str:
        return self.process.stdout.readline().rstrip("\n")  # type: ignore[union-attr]

    def tell(self, line: str) -> None:
        self.process.stdin.write(line + "\n")  # type: ignore[union-attr]
        self.process.stdin.flush()  # type: ignore[union-attr]

    def end(self, timeout: float = 30) -> Ended:
        try:
            out, err = self.process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            out, err = self.process.communicate()
            raise AssertionError(f"the process does not end\n{out}\n{err}") from None
        return Ended(self.process.returncode, out, err, time.monotonic() - self.began)


PREAMBLE = """
import asyncio, gc, json, logging, os, signal, sys, threading, time
import duroxide
from duroxide import *

def say(*what):
    # In one piece: print would let a line of the log come between the text and the end of its line.
    sys.stdout.write(" ".join(map(str, what)) + "\\n")
    sys.stdout.flush()
"""


def spawn(program: str, *arguments: str, environment: dict[str, str] | None = None) -> Child:
    """Runs `program`, with all of duroxide imported, with the checks of Python's development mode."""
    return Child(
        subprocess.Popen(
            [sys.executable, "-X", "dev", "-X", "faulthandler", "-c", PREAMBLE + textwrap.dedent(program), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **(environment or {})},
        )
    )


def execute(program: str, *arguments: str, timeout: float = 30, environment: dict[str, str] | None = None) -> Ended:
    """Runs `program` to its end, and makes sure that it did not crash."""
    ended = spawn(program, *arguments, environment=environment).end(timeout)
    assert ended.code >= 0, f"killed by signal {-ended.code}\n{ended.out}\n{ended.err}"
    assert "Fatal Python error" not in ended.err, ended.err
    return ended
