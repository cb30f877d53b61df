"""The examples as programs of their own: what they print, also when they are run again, and what the READMEs say."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import duroxide
from kit import FILE, LIMIT, MEMORY, POSTGRES, ROOT, Store, eventually

PACKAGE = ROOT / "api" / "python"
EXAMPLES = PACKAGE / "examples"
MINUTES = 5 * 60  # how long an example may take on a busy machine, in seconds

once = pytest.mark.stores(MEMORY)
durable = pytest.mark.stores(FILE, POSTGRES)

# What each prints on a new store, line by line, as regular expressions.
PRINTS = {
    "quick_start": [r"Hello, World!"],
    "fan_out": [r"1 \+ 4 \+ 9 \+ \.\.\. \+ 10000 = 338350", r"answered first: the near mirror"],
    "approval": [
        r"expenses: waiting for approval",
        r"expenses: approved by Grace",
        r"holiday: escalated: nobody answered in time",
    ],
    "chat_bot": [
        r"Ada: I am Ada",
        r"Bot: Nice to meet you, Ada\.",
        r"Ada: Who am I\?",
        r"Bot: You are Ada\.",
        r"Ada: How often did I write\?",
        r"Bot: 3 times\.",
    ],
    "async_program": [r"200 orders, 338300 in total", r"600 answers of 0\.1 s each in \d+\.\d s"],
    "cpu_bound": [r"9592 primes below 100000", r"10 portions, 0 of them counted in this process"],
    "saga": [
        r"cheap: flight to Lisbon, hotel in Lisbon, paid 400",
        r"dear: gave up hotel in Monaco, gave up flight to Monaco, because .*the card was declined",
    ],
}

# And where it is not the same when it is run again.
PRINTS_AGAIN = {
    "chat_bot": [
        r"Ada: I am Ada",
        r"Bot: Welcome back, Ada\.",
        r"Ada: Who am I\?",
        r"Bot: You are Ada\.",
        r"Ada: How often did I write\?",
        r"Bot: 6 times\.",
    ],
}


# They run in other folders, and import what the tests do.
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(duroxide.__file__).absolute().parents[1])}


def command(name: str, *arguments: str) -> list[str]:
    return [sys.executable, str(EXAMPLES / f"{name}.py"), *arguments]


def check(name: str, expected: list[str], folder: Path, *arguments: str) -> None:
    """Runs an example to its end, in this folder, which stays empty."""
    ended = subprocess.run(
        command(name, *arguments), cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=MINUTES
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr and "Warning" not in ended.stderr, ended.stderr
    assert "not registered" not in ended.stderr, ended.stderr
    lines = ended.stdout.splitlines()
    assert len(lines) == len(expected), ended.stdout
    for line, pattern in zip(lines, expected):
        assert re.fullmatch(pattern, line), f"{line!r} is not {pattern!r}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "current folder"
    made.mkdir()
    return made


@once
@pytest.mark.parametrize("name", PRINTS)
def test_an_example_needs_no_argument_and_leaves_nothing_behind(name: str, folder: Path) -> None:
    check(name, PRINTS[name], folder)
    assert list(folder.iterdir()) == []


@durable
@pytest.mark.parametrize("name", PRINTS)
def test_an_example_that_is_run_again_finds_what_it_did(name: str, store: Store, folder: Path) -> None:
    check(name, PRINTS[name], folder, store.url())
    check(name, PRINTS_AGAIN.get(name, PRINTS[name]), folder, store.url())


# -- the server -----------------------------------------------------------------------------


class Server:
    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.process = process
        self._address = address

    def ask(self, path: str, body: Any = None, *, method: str = "GET") -> tuple[int, Any]:
        """The status, and the answer if it is JSON."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._address + path, data=data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=LIMIT) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, None

    def order(self, order_id: str) -> Any:
        code, found = self.ask(f"/orders/{order_id}")
        assert code == 200
        return found


@contextmanager
def serving(*arguments: str) -> Iterator[Server]:
    process = subprocess.Popen(
        command("server", *arguments, "--port", "0"),
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        address = process.stdout.readline().rstrip("\n")  # type: ignore[union-attr]
        if not address:
            raise AssertionError(f"the server does not start\n{process.communicate()[1]}")
        yield Server(process, address)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=2 * LIMIT)
        assert (process.returncode, out) == (0, ""), err
        assert "Traceback" not in err and "Warning" not in err, err
    finally:
        process.kill()
        process.communicate()


def finish_an_order(server: Server, order_id: str) -> None:
    eventually(lambda: server.order(order_id)["step"] == "waiting for approval")
    assert server.ask(f"/orders/{order_id}/approve", method="POST") == (202, {"id": order_id})
    eventually(lambda: server.order(order_id)["status"] == "Completed")
    assert server.order(order_id)["output"] == "lamp shipped"
    assert server.ask(f"/orders/{order_id}/approve", method="POST")[0] == 409


@once
def test_the_server_takes_an_order_and_an_approval() -> None:
    with serving() as server:
        assert server.ask("/orders", {"id": "A-1", "item": "lamp"}, method="POST") == (201, {"id": "A-1"})
        assert server.ask("/orders", {"id": "A-1", "item": "lamp"}, method="POST") == (200, {"id": "A-1"})
        finish_an_order(server, "A-1")


@once
def test_the_server_refuses_what_it_does_not_understand() -> None:
    with serving() as server:
        for wrong in ({"id": "A-1"}, {"item": "lamp"}, [], "lamp", {"id": "", "item": "lamp"}):
            assert server.ask("/orders", wrong, method="POST")[0] == 400
        assert server.ask("/orders/unknown")[0] == 404
        assert server.ask("/orders/unknown/approve", method="POST")[0] == 404


@durable
def test_a_server_that_is_started_again_has_the_orders_of_the_one_before(store: Store) -> None:
    with serving(store.url()) as server:
        assert server.ask("/orders", {"id": "A-1", "item": "lamp"}, method="POST")[0] == 201
        eventually(lambda: server.order("A-1")["step"] == "waiting for approval")
    with serving(store.url()) as server:
        assert server.order("A-1")["status"] == "Running"
        finish_an_order(server, "A-1")


# -- what is written about them -------------------------------------------------------------


def code_of(page: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)


@once
def test_the_quick_start_of_the_readme_is_the_example() -> None:
    quick_start = (EXAMPLES / "quick_start.py").read_text()
    assert code_of(PACKAGE / "README.md") == [quick_start]
    # That of the whole project leaves out empty lines.
    for code in code_of(ROOT / "README.md"):
        assert code.split() == quick_start.split()


@once
def test_the_readme_of_the_examples_names_each_of_them() -> None:
    named = re.findall(r"^\| `(\w+)\.py\b", (EXAMPLES / "README.md").read_text(), re.MULTILINE)
    assert sorted(named) == sorted(each.stem for each in EXAMPLES.glob("*.py"))
    assert sorted(named) == sorted([*PRINTS, "server"])


@once
@pytest.mark.parametrize("page", [PACKAGE / "README.md", EXAMPLES / "README.md"], ids=["package", "examples"])
def test_every_link_leads_somewhere(page: Path) -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


@once
def test_the_readme_names_each_page_of_the_guide() -> None:
    named = set(re.findall(r"\]\(guide/([\w-]+)\.md", (PACKAGE / "README.md").read_text()))
    there = {page.stem for page in (PACKAGE / "guide").glob("*.md")} - {"README"}
    assert there - named == set()
