"""Fixtures. Each test has a fresh store; every runtime that it makes is shut down at its end."""

from __future__ import annotations

import faulthandler
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import handlers
from duroxide import Client, Runtime, RuntimeOptions
from kit import KIND, LIMIT, Store

faulthandler.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    kept, left = [], []
    for item in items:
        mark = item.get_closest_marker("stores")
        (kept if mark is None or KIND in mark.args else left).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = kept


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


@pytest.fixture
def provider(store: Store) -> Any:
    return store.open()


@pytest.fixture
def reopen(store: Store) -> Callable[[], Any]:
    """Another provider on the same store, as a restarted program opens it."""
    return store.open


@pytest.fixture
def client(provider: Any) -> Client:
    return Client(provider)


@pytest.fixture
def runtime(provider: Any) -> Iterator[Callable[..., Runtime]]:
    """Makes a runtime on the test's store, or on another one, with options by name; it is not started."""
    made: list[Runtime] = []

    def make(on: Any = None, **options: Any) -> Runtime:
        options.setdefault("worker_concurrency", 4)
        options.setdefault("activity_cancellation_grace_period_ms", 2000)
        made.append(Runtime(provider if on is None else on, RuntimeOptions(**options)))
        return made[-1]

    yield make
    for each in made:
        each.shutdown(5000)


@pytest.fixture
def serve(runtime: Callable[..., Runtime]) -> Callable[..., Runtime]:
    """Starts a runtime that has the functions given, each under its own name, and those of handlers.py."""

    def start(*orchestrations: Any, activities: Any = (), on: Any = None, **options: Any) -> Runtime:
        started = runtime(on, **options)
        for each in {f.__name__: f for f in [*handlers.ACTIVITIES, *activities]}.values():
            started.register_activity(each.__name__, each)
        for each in {f.__name__: f for f in [*handlers.ORCHESTRATIONS, *orchestrations]}.values():
            started.register_orchestration(each.__name__, each)
        started.start()
        return started

    return start


@pytest.fixture
def begin(client: Client) -> Callable[..., str]:
    """Starts an instance of the orchestration of that name under a new id, and gives the id."""
    numbers = itertools.count(1)

    def start(name: str, input: Any = None) -> str:
        instance = f"{name}-{next(numbers)}"
        client.start_orchestration(instance, name, input)
        return instance

    return start


@pytest.fixture
def begin_waiting(begin: Callable[..., str], client: Client) -> Callable[..., str]:
    """As `begin`, and waits until the instance has set a custom status: by then it waits for what it asked for in that
    turn. An event that is raised when nobody waits for it is passed over."""

    def start(name: str = "WaitForGo", input: Any = None) -> str:
        instance = begin(name, input)
        assert client.wait_for_status_change(instance, 0, timeout_ms=LIMIT * 1000).status == "Running"
        return instance

    return start


@pytest.fixture
def run(serve: Callable[..., Runtime], begin: Callable[..., str], client: Client) -> Callable[..., Any]:
    """Runs an instance to its end and gives its result. A function is served first, by a runtime for it; a name is
    one that a runtime of the test serves already."""

    def to_the_end(orchestration: Any, input: Any = None, **serving: Any) -> Any:
        if not isinstance(orchestration, str):
            serve(orchestration, **serving)
            orchestration = orchestration.__name__
        return client.wait_for_orchestration(begin(orchestration, input), LIMIT * 1000)

    return to_the_end


@pytest.fixture
def value(run: Callable[..., Any]) -> Callable[..., Any]:
    """As `run`, and gives the output; the instance must complete."""

    def output(orchestration: Any, input: Any = None, **serving: Any) -> Any:
        result = run(orchestration, input, **serving)
        assert (result.status, result.error) == ("Completed", None)
        return result.output

    return output
