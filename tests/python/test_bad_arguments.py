"""Wrong arguments: a TypeError or ValueError that names the argument, and never a crash. Each function below is called
once for each of its arguments and each wrong value of that, with good values for all others."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import duroxide
from duroxide import (
    ActivityContext,
    AsyncClient,
    Client,
    InstanceFilter,
    OrchestrationContext,
    PostgresEntraOptions,
    PostgresProvider,
    PruneOptions,
    Runtime,
    RuntimeOptions,
    SqliteProvider,
    open_store,
)
from kit import MEMORY

pytestmark = pytest.mark.stores(MEMORY)  # no store matters; once is enough

TEXT: list[Any] = [None, 5, 1.5, True, b"bytes", ["list"], {"a": 1}, object(), ""]
OPTIONAL_TEXT: list[Any] = [5, b"bytes", ["list"], object()]
WHOLE: list[Any] = ["5", 1.5, b"5", [5], {}, object(), -1, True, 2**70]
TRUTH: list[Any] = ["yes", 1, None, [], object()]
PAYLOAD: list[Any] = [object(), {1, 2}, b"bytes", float("nan"), 1j]
CALL: list[Any] = [5, "text", ["list"], object()]

# The wrong values of an argument, by its name; what is not here takes anything.
WRONG: dict[str, list[Any]] = {
    **dict.fromkeys(
        ["instance_id", "name", "version", "key", "event_name", "queue_name", "session_id", "status", "path"], TEXT
    ),
    **dict.fromkeys(["url", "database_url", "schema", "host", "user", "database", "tag"], TEXT),
    **dict.fromkeys(["timeout_ms", "last_seen_version", "poll_interval_ms", "execution_id", "delay_ms"], WHOLE),
    **dict.fromkeys(["limit", "ended", "port", "keep_last", "completed_before", "cutoff_ms"], WHOLE),
    **dict.fromkeys(["created_from", "created_before", "updated_from", "updated_before", "suspect_after_ms"], WHOLE),
    **dict.fromkeys(["force", "descending", "roots_only", "survives_power_loss", "read_only"], TRUTH),
    **dict.fromkeys(["input", "data"], PAYLOAD),
    **dict.fromkeys(["reason", "root_id", "orchestration", "id_prefix", "parent"], OPTIONAL_TEXT),
    **dict.fromkeys(["fn", "password"], CALL),
    "provider": [None, 5, "text", object()],
    "options": [5, "text", {"keep_last": 1}, object()],
    "filter": [5, "text", {"limit": 1}, object()],
    "labels": [5, "text", ["list"], {"a": None}, {"a": [1]}, {"a": float("nan")}, {1: "a"}, object()],
    "by": [5, b"bytes", "", "no field", object()],
    "if_exists": [5, None, "maybe", ""],
    "statuses": [5, "Running", [1], object()],
    "ids": [5, "text", [1], object()],
    "instance_ids": [5, "text", [1], object()],
    "label": [5, "text", ("a",), ("a", 1), ["a", "b"]],
    "order": [5, None, "sideways"],
    "cursor": [5, None, b"x"],
    "file": [5, None, 1.5, object(), ""],
    "retry": [5, "text", [1], object()],
    "tasks": [5, "text", {"a": 1}, object(), [5], [None]],
    "task": [5, "text", None, object()],
    "ctx_info": [5, None, "text", {}],
    "log_file": [5, None, ""],
    "audience": OPTIONAL_TEXT,
    "max_connections": WHOLE,
    "acquire_timeout_ms": WHOLE,
    "refresh_interval_ms": WHOLE,
}

# A good value for each argument that has no default.
GOOD: dict[str, Any] = {
    "instance_id": "i",
    "name": "Echo",
    "version": "1.0.0",
    "key": "k",
    "event_name": "e",
    "queue_name": "q",
    "session_id": "s",
    "status": "Running",
    "execution_id": 1,
    "delay_ms": 1,
    "timeout_ms": 1,
    "input": 1,
    "retry": {},
    "tasks": [],
    "cutoff_ms": 0,
    "value": "v",
    "message": "m",
    "file": "/nonexistent/folder/file",
    "host": "localhost",
    "port": 5432,
    "database": "d",
    "user": "u",
    "schema": "s",
    "database_url": "postgresql://nobody@127.0.0.1:1/none",
    "options": None,
    "path": ":memory:",
    "ctx_info": {},
    "url": "sqlite::memory:",
}

ANY_TEXT = {"list_instances_by_status"}  # an empty one, too: no instance has it

CONTEXT = {"instanceId": "i", "executionId": 1, "orchestrationName": "O", "orchestrationVersion": "1.0.0"}


def functions(owner: Any) -> list[str]:
    return [name for name, _ in inspect.getmembers(owner, callable) if not name.startswith("_")]


def wrong_calls(owner: Any, names: list[str], skip: set[tuple[str, str]]) -> Iterator[Any]:
    for name in names:
        found = inspect.signature(getattr(owner, name)).parameters.values()
        for argument in found:
            if argument.name == "self" or argument.kind == argument.VAR_POSITIONAL or (name, argument.name) in skip:
                continue
            for number, value in enumerate(WRONG.get(argument.name, [])):
                if value is argument.default or (value == "" and name in ANY_TEXT):
                    continue
                yield pytest.param(name, argument.name, value, id=f"{name}-{argument.name}-{number}")


def arguments_with(function: Any, argument: str, value: Any) -> dict[str, Any]:
    given = {}
    for each in inspect.signature(function).parameters.values():
        if each.default is each.empty and each.name in GOOD and each.kind != each.VAR_POSITIONAL:
            given[each.name] = GOOD[each.name]
    return {**given, argument: value}


@pytest.fixture(scope="module")
def module_provider() -> Any:
    return SqliteProvider.in_memory()


def refuses(call: Callable[[], Any], argument: str) -> None:
    with pytest.raises((TypeError, ValueError, OverflowError)) as caught:
        call()
    # The text of JSON errors names the type instead.
    if argument not in ("input", "data"):
        assert argument in str(caught.value)


@pytest.mark.parametrize(("name", "argument", "value"), wrong_calls(Client, functions(Client), set()))
def test_a_client_refuses(module_provider: Any, name: str, argument: str, value: Any) -> None:
    function = getattr(Client(module_provider), name)
    refuses(lambda: function(**arguments_with(function, argument, value)), argument)


@pytest.mark.parametrize(("name", "argument", "value"), wrong_calls(AsyncClient, functions(AsyncClient), set()))
def test_an_async_client_refuses(module_provider: Any, name: str, argument: str, value: Any) -> None:
    async def call() -> Any:
        async with AsyncClient(module_provider) as client:
            function = getattr(client, name)
            return await function(**arguments_with(function, argument, value))

    refuses(lambda: asyncio.run(call()), argument)


@pytest.mark.parametrize(
    ("name", "argument", "value"),
    wrong_calls(
        OrchestrationContext,
        [each for each in functions(OrchestrationContext) if not each.startswith(("set_", "get_kv_value", "clear_"))],
        {("schedule_sub_orchestration_versioned", "version"), ("with_timeout", "timeout_ms")},
    ),
)
def test_an_orchestration_context_refuses(name: str, argument: str, value: Any) -> None:
    function = getattr(OrchestrationContext(CONTEXT), name)
    given = arguments_with(function, argument, value)
    if value is None and argument == "version":
        function(**given)  # None: the latest
        return
    refuses(lambda: function(**given), argument)


@pytest.mark.parametrize("name", ["race", "race_typed", "any", "gather"])
@pytest.mark.parametrize("value", [5, "text", None, object(), []])
def test_a_combination_refuses_what_is_no_task(name: str, value: Any) -> None:
    with pytest.raises(TypeError, match=r"tasks\[0\]"):
        getattr(OrchestrationContext(CONTEXT), name)(value)


@pytest.mark.parametrize("value", WRONG["delay_ms"])
def test_timeouts_of_tasks_refuse(value: Any) -> None:
    ctx = OrchestrationContext(CONTEXT)
    refuses(lambda: ctx.with_timeout(ctx.schedule_timer(1), value), "timeout_ms")
    refuses(lambda: ctx.schedule_activity("a").with_timeout(value), "timeout_ms")


@pytest.mark.parametrize("value", TEXT)
def test_a_tag_refuses(value: Any) -> None:
    refuses(lambda: OrchestrationContext(CONTEXT).schedule_activity("a").with_tag(value), "tag")


def test_a_task_that_is_no_activity_has_no_tag() -> None:
    with pytest.raises(TypeError, match="tag"):
        OrchestrationContext(CONTEXT).schedule_timer(1).with_tag("t")


@pytest.mark.parametrize(
    ("name", "argument", "value"),
    wrong_calls(
        Runtime,
        [each for each in functions(Runtime) if each.startswith(("register_", "set_version", "shutdown"))],
        {("set_version_policy", "version")},
    ),
)
def test_a_runtime_refuses(module_provider: Any, name: str, argument: str, value: Any) -> None:
    function = getattr(Runtime(module_provider), name)
    refuses(lambda: function(**arguments_with(function, argument, value)), argument)


@pytest.mark.parametrize("value", [5, None, "text", object()])
def test_registering_refuses_what_is_no_definition(module_provider: Any, value: Any) -> None:
    with pytest.raises(TypeError, match="things"):
        Runtime(module_provider).register(value)


@pytest.mark.parametrize("name", list(inspect.signature(RuntimeOptions).parameters))
@pytest.mark.parametrize("value", [object(), [1], b"x", 1.5, -1])
def test_runtime_options_refuse(name: str, value: Any) -> None:
    refuses(lambda: RuntimeOptions(**{name: value}), name)


@pytest.mark.parametrize("name", list(inspect.signature(RuntimeOptions).parameters))
def test_runtime_options_take_none(name: str) -> None:
    assert getattr(RuntimeOptions(**{name: None}), name) is None


@pytest.mark.parametrize("made", [Client, AsyncClient, Runtime])
@pytest.mark.parametrize("value", WRONG["provider"])
def test_a_provider_is_one(made: Any, value: Any) -> None:
    refuses(lambda: made(value), "provider")


@pytest.mark.parametrize("value", WRONG["options"])
def test_the_options_of_a_runtime_are_some(module_provider: Any, value: Any) -> None:
    refuses(lambda: Runtime(module_provider, value), "options")


@pytest.mark.parametrize(
    ("owner", "name", "argument", "value"),
    [
        pytest.param(owner, *case.values, id=f"{owner.__name__}-{case.id}")
        for owner, names in (
            (SqliteProvider, ["open"]),
            (PostgresProvider, ["connect", "connect_with_schema"]),
            (PostgresProvider, ["connect_with_entra", "connect_with_schema_and_entra"]),
            (duroxide, ["open_store", "init_tracing"]),
        )
        for case in wrong_calls(owner, names, set())
    ],
)
def test_a_provider_refuses(owner: Any, name: str, argument: str, value: Any) -> None:
    function = getattr(owner, name)
    refuses(lambda: function(**arguments_with(function, argument, value)), argument)


@pytest.mark.parametrize("made", [SqliteProvider, PostgresProvider])
@pytest.mark.parametrize("value", [None, 5, "text", object()])
def test_a_provider_is_made_of_a_native_store(made: Any, value: Any) -> None:
    refuses(lambda: made(value), "native")


@pytest.mark.parametrize(
    ("made", "argument", "value"),
    [
        (made, argument, value)
        for made, names in (
            (InstanceFilter, ["instance_ids", "completed_before", "limit"]),
            (PruneOptions, ["keep_last", "completed_before"]),
            (PostgresEntraOptions, ["audience", "max_connections", "acquire_timeout_ms", "refresh_interval_ms"]),
        )
        for argument in names
        for value in WRONG[argument]
    ],
)
def test_filters_and_options_refuse(made: Any, argument: str, value: Any) -> None:
    refuses(lambda: made(**{argument: value}), argument)


@pytest.mark.parametrize("made", [OrchestrationContext, ActivityContext])
@pytest.mark.parametrize("value", [5, None, {}, {"instanceId": "i"}])
def test_a_context_refuses(made: Any, value: Any) -> None:
    with pytest.raises((TypeError, KeyError)):
        made(value)


@pytest.mark.parametrize("value", [object(), {1}, float("nan")])
def test_a_heartbeat_refuses(value: Any) -> None:
    info = {**CONTEXT, "activityName": "a", "workerId": "w"}
    with pytest.raises((TypeError, ValueError)):
        ActivityContext(info).heartbeat(value)


@pytest.mark.parametrize("url", ["mysql://x", "file", "sqlite", ":", "postgresql:"])
def test_a_store_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises((ValueError, RuntimeError)):
        open_store(url)


def test_too_many_and_too_few_arguments_are_type_errors(module_provider: Any) -> None:
    client = Client(module_provider)
    for call in (
        lambda: client.start_orchestration(),
        lambda: client.start_orchestration("a", "b", 1, 2, 3, 4),
        lambda: client.start_orchestration("a", "b", unknown=1),
        lambda: client.get_status(),
        lambda: Runtime(),
        lambda: RuntimeOptions(unknown=1),
        lambda: SqliteProvider(),
    ):
        with pytest.raises(TypeError):
            call()
