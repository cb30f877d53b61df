"""What inputs, outputs and messages can be, and what is refused."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import json
from collections.abc import Iterator
from typing import Any

import pytest

import duroxide
from duroxide import LimitError, set_json_hooks
from duroxide.payloads import dumps, loads

VALUES: list[Any] = [
    "text", "", "21", "null", "true", "[1]", '{"ok": 1}',
    "ü\u4e2d\U0001f600", "\x00\x1f\x7f\u2028", "'\"\\\n\t", "\ud800",
    0, -1, 21, 2**53 + 1, -(2**63), 2**64, 2**70, 10**400,
    0.1 + 0.2, 1.0, -0.0, 1e300, 5e-324,
    True, False, None,
    [], {}, [[]], [None, [True, {"a": [1.0, 1]}]], {"b": 1, "a": {"d": None, "c": ""}}, {"": 0, "ok": 1, "err": 2},
]  # fmt: skip

TOO_LONG = "x" * (2 * 1024 * 1024)


@pytest.fixture(autouse=True)
def without_hooks() -> Iterator[None]:
    yield
    set_json_hooks()


def same(found: Any, sent: Any) -> bool:
    """As texts: 1, 1.0 and True are three values, and members have an order."""
    return json.dumps(found) == json.dumps(sent)


def test_inputs_and_outputs_come_back_as_they_were(serve: Any, begin: Any, client: Any) -> None:
    serve()
    instances = [begin("Echo", each) for each in VALUES]
    for instance, sent in zip(instances, VALUES):
        assert same(client.wait_for_orchestration(instance).output, sent)


def test_an_int_or_a_text_of_its_own_class_is_written_as_one() -> None:
    class Level(enum.IntEnum):
        LOW = 1

    class Name(str):
        def __repr__(self) -> str:
            return "a name"

    assert [dumps(Level.LOW), dumps([Level.LOW]), dumps(Name("x"))] == ["1", "[1]", '"x"']


def test_branches_of_all_and_race_keep_values_and_types_apart(value: Any) -> None:
    def Fan(ctx, values):
        everything = yield ctx.all([ctx.schedule_activity("echo", each) for each in values])
        won = []
        for each in values:
            won.append((yield ctx.race(ctx.schedule_timer(60_000), ctx.schedule_activity("echo", each))))
        return [[each["ok"] for each in everything], [each["value"] for each in won]]

    everything, won = value(Fan, VALUES)
    assert same(everything, VALUES)
    assert same(won, VALUES)


def test_types_are_seen_by_activities_as_they_are(value: Any) -> None:
    def Types(ctx, values):
        return (yield ctx.all_typed([ctx.schedule_activity("type_name", each) for each in values]))

    sent = ["1", 1, 1.0, True, None, [1], {"a": 1}]
    assert value(Types, sent) == ["str", "int", "float", "bool", "NoneType", "list", "dict"]


def test_messages_and_child_inputs_come_back_as_they_were(serve: Any, begin_waiting: Any, client: Any) -> None:
    def Take(ctx, count):
        ctx.set_custom_status("waits")
        event = yield ctx.wait_for_event("e")
        found = []
        for _ in range(count):
            message = yield ctx.dequeue_event("q")
            found.append((yield ctx.schedule_sub_orchestration("Echo", message)))
        return [found, event]

    serve(Take)
    instance = begin_waiting("Take", len(VALUES))
    client.raise_event(instance, "e", VALUES)
    for each in VALUES:
        client.enqueue_event(instance, "q", each)
    found, event = client.wait_for_orchestration(instance).output
    assert same(found, VALUES)
    assert same(event, VALUES)


def test_a_tuple_is_a_list_and_keys_are_texts(value: Any) -> None:
    def Tuples(ctx, _):
        return ((yield ctx.schedule_activity("echo", (1, (2, 3)))), (yield ctx.schedule_activity("echo", {1: "x"})))

    assert value(Tuples) == [[1, [2, 3]], {"1": "x"}]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_not_finite_is_refused_with_value_error(value: Any, client: Any, number: float) -> None:
    def Careful(ctx, text):
        try:
            yield ctx.schedule_activity("echo", float(text))
        except ValueError as error:
            return str(error)

    assert "NaN" in value(Careful, str(number))
    with pytest.raises(ValueError, match="NaN"):
        client.start_orchestration("x", "Careful", [number])
    with pytest.raises(ValueError, match="NaN"):
        client.raise_event("x", "e", number)


@pytest.mark.parametrize(
    "what",
    [
        datetime.datetime(2026, 1, 1),
        decimal.Decimal("1.5"),
        b"bytes",
        {1, 2},
        object(),
        1j,
        lambda: 1,
        {(1, 2): 3},
    ],
)
def test_what_json_cannot_hold_is_refused_with_type_error(client: Any, what: Any) -> None:
    with pytest.raises(TypeError):
        client.start_orchestration("x", "Echo", what)
    with pytest.raises(TypeError):
        client.enqueue_event("x", "q", [what])
    assert client.get_status("x").status == "NotFound"


def test_the_refusal_names_the_type_and_the_way_out(client: Any) -> None:
    with pytest.raises(TypeError, match="datetime.*set_json_hooks"):
        client.start_orchestration("x", "Echo", datetime.datetime(2026, 1, 1))


def test_what_contains_itself_or_is_too_deep_is_refused(client: Any) -> None:
    ring: list[Any] = []
    ring.append(ring)
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    for each in (ring, deep):
        with pytest.raises(ValueError):
            client.start_orchestration("x", "Echo", each)


def test_an_int_that_python_does_not_write_is_refused(client: Any) -> None:
    with pytest.raises(ValueError):
        client.start_orchestration("x", "Echo", 10**5000)


def test_a_hook_writes_dates(value: Any) -> None:
    def convert(given):
        if isinstance(given, datetime.datetime):
            return given.isoformat()
        raise TypeError(type(given).__name__)

    set_json_hooks(default=convert)

    def Dates(ctx, _):
        return (yield ctx.schedule_activity("echo", {"at": datetime.datetime(2026, 1, 2, 3, 4)}))

    assert value(Dates) == {"at": "2026-01-02T03:04:00"}
    with pytest.raises(TypeError, match="Decimal"):
        dumps(decimal.Decimal(1))


@dataclasses.dataclass
class Point:
    x: int
    y: int


def test_hooks_write_and_read_dataclasses(value: Any) -> None:
    set_json_hooks(
        default=lambda given: {"__point__": dataclasses.astuple(given)},
        object_hook=lambda read: Point(*read["__point__"]) if "__point__" in read else read,
    )

    def mirror(ctx, point):
        assert isinstance(point, Point)
        return Point(point.y, point.x)

    def Mirror(ctx, point):
        assert isinstance(point, Point)
        turned = yield ctx.schedule_activity("mirror", point)
        both = yield ctx.all_typed([ctx.schedule_activity("mirror", turned)])
        return [turned, both[0]]

    assert value(Mirror, Point(1, 2), activities=[mirror]) == [Point(2, 1), Point(1, 2)]


def test_a_hook_that_fails_fails_its_instance_alone(serve: Any, run: Any) -> None:
    def broken(read):
        if "boom" in read:
            raise LookupError("the hook broke")
        return read

    set_json_hooks(object_hook=broken)

    def MakesIt(ctx, _):
        yield ctx.schedule_activity("boom")

    def boom(ctx, _):
        return {"boom": 1}

    serve(MakesIt, activities=[boom])
    result = run("MakesIt")
    assert result.status == "Failed"
    assert "the hook broke" in result.error
    assert run("Echo", {"fine": 1}).output == {"fine": 1}


@pytest.mark.parametrize("hooks", [{"default": 5}, {"object_hook": "text"}])
def test_a_hook_that_cannot_be_called_is_refused(hooks: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=next(iter(hooks))):
        set_json_hooks(**hooks)


def test_an_input_beyond_the_limit_is_refused(client: Any) -> None:
    with pytest.raises(LimitError):
        client.start_orchestration("x", "Echo", TOO_LONG)
    assert client.get_status("x").status == "NotFound"


def test_a_payload_just_below_the_limit_is_accepted(serve: Any, run: Any) -> None:
    serve()
    sent = TOO_LONG[:-2]
    assert run("Echo", sent).output == sent


def test_a_result_beyond_the_limit_fails_the_activity(value: Any) -> None:
    def large(ctx, _):
        return TOO_LONG

    def Careful(ctx, _):
        try:
            yield ctx.schedule_activity("large")
        except Exception as error:
            return error.kind

    assert value(Careful, activities=[large]) == "limit_exceeded"


def test_an_output_beyond_the_limit_fails_the_orchestration(run: Any) -> None:
    def Large(ctx, _):
        return TOO_LONG
        yield

    result = run(Large)
    assert (result.status, result.failure.kind) == ("Failed", "limit_exceeded")


def test_the_limit_can_be_set(run: Any) -> None:
    def Large(ctx, size):
        return "x" * size
        yield

    assert run(Large, 2000, payload_limit=1000).failure.kind == "limit_exceeded"


@pytest.mark.parametrize("text", ["", "no json", "[1", "NaN", "Infinity", '{"a": NaN}', "nul"])
def test_text_that_is_no_json_is_given_as_it_is(text: str) -> None:
    assert loads(text) == (text or None)


def test_pickle_is_never_used() -> None:
    import sys

    assert "pickle" not in vars(duroxide)
    assert not [name for name, m in sys.modules.items() if name.startswith("duroxide") and hasattr(m, "pickle")]
