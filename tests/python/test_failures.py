"""Failures: what an orchestration and a client learn of an exception, and which exceptions there are."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from duroxide import (
    ActivityFailed,
    DuroxideError,
    Failure,
    FailureText,
    FinalError,
    InstanceNotFoundError,
    SubOrchestrationFailed,
    TimedOutError,
)


class Shy(Exception):
    def __str__(self) -> str:
        raise LookupError("no text")


def raise_it(ctx: Any, what: str) -> Any:
    if what == "value":
        raise ValueError("a bad value")
    if what == "empty":
        raise ValueError
    if what == "final":
        raise FinalError("for good")
    if what == "cause":
        try:
            {}["key"]
        except KeyError as error:
            raise OSError("on top") from error
    if what == "unicode":
        raise ValueError("ü \U0001f600 \x00 end")
    if what == "surrogate":
        raise ValueError("a \ud800 surrogate")
    if what == "group":
        raise ExceptionGroup("several", [ValueError("one"), TypeError("two")])
    raise {
        "exit": SystemExit(3),
        "interrupt": KeyboardInterrupt("by hand"),
        "generator exit": GeneratorExit("odd"),
        "stop": StopIteration("odd"),
        "shy": Shy(),
        "base": BaseException("the base"),
        "memory": MemoryError("none left"),
        "recursion": RecursionError("too deep"),
    }[what]


def Catches(ctx: Any, what: str) -> Any:
    try:
        yield ctx.schedule_activity("raise_it", what)
    except Exception as error:
        return {
            "class": type(error).__name__,
            "text": str(error),
            "type": error.type_name,
            "kind": error.kind,
            "category": error.category,
            "source": error.source,
            "retryable": error.retryable,
            "stack": error.stack,
        }


def test_an_exception_of_an_activity_is_known_in_full(value: Any) -> None:
    found = value(Catches, "value", activities=[raise_it])
    stack = found.pop("stack")
    assert "a bad value" in found.pop("text")
    assert found == {
        "class": "ActivityFailed",
        "type": "ValueError",
        "kind": "activity_failed",
        "category": "application",
        "source": "raise_it",
        "retryable": True,
    }
    assert 'raise ValueError("a bad value")' in stack
    assert f'test_failures.py", line {raise_it.__code__.co_firstlineno + 2}' in stack


@pytest.mark.parametrize(
    ("what", "type_name", "text"),
    [
        ("empty", "ValueError", "ValueError"),
        ("exit", "SystemExit", "3"),
        ("interrupt", "KeyboardInterrupt", "by hand"),
        ("generator exit", "GeneratorExit", "odd"),
        ("stop", "StopIteration", "odd"),
        ("shy", "Shy", "Shy"),
        ("base", "BaseException", "the base"),
        ("memory", "MemoryError", "none left"),
        ("recursion", "RecursionError", "too deep"),
        ("unicode", "ValueError", "ü \U0001f600"),
        ("surrogate", "ValueError", "surrogate"),
        ("group", "ExceptionGroup", "several"),
    ],
)
def test_every_exception_of_an_activity_is_only_a_failure(value: Any, what: str, type_name: str, text: str) -> None:
    found = value(Catches, what, activities=[raise_it])
    assert (found["class"], found["type"]) == ("ActivityFailed", type_name)
    assert text in found["text"]


def test_a_final_error_is_not_retryable(value: Any) -> None:
    found = value(Catches, "final", activities=[raise_it])
    assert (found["retryable"], found["type"]) == (False, "FinalError")


def test_the_stack_has_the_cause(value: Any) -> None:
    stack = value(Catches, "cause", activities=[raise_it])["stack"]
    assert stack.index("KeyError") < stack.index("direct cause") < stack.index("on top")


def test_a_result_that_is_no_json_fails_the_activity(value: Any) -> None:
    def raise_it(ctx, what):
        return {1, 2}

    found = value(Catches, "nothing", activities=[raise_it])
    assert (found["class"], found["type"]) == ("ActivityFailed", "TypeError")
    assert "set" in found["text"]


def test_an_uncaught_exception_fails_the_orchestration(run: Any) -> None:
    def Raises(ctx, _):
        yield ctx.schedule_timer(0)
        raise LookupError("nothing there")

    result = run(Raises)
    assert (result.status, result.output) == ("Failed", None)
    assert "LookupError" in result.error
    assert "nothing there" in result.error
    assert result.failure.type == "LookupError"
    assert (result.failure.kind, result.failure.category) == ("orchestration_failed", "application")
    assert 'raise LookupError("nothing there")' in result.failure.stack
    assert "test_failures.py" in result.failure.stack


def test_an_uncaught_failure_of_an_activity_goes_to_the_client(serve: Any, run: Any) -> None:
    serve()
    result = run("Fail", "it broke")
    assert "it broke" in result.error
    assert result.failure.message == result.error


@pytest.mark.parametrize("error", [SystemExit(1), KeyboardInterrupt(), Shy(), StopIteration(), BaseException("b")])
def test_every_exception_of_an_orchestration_fails_it_alone(
    serve: Any, run: Any, error: BaseException
) -> None:
    def Raises(ctx, _):
        yield ctx.schedule_timer(0)
        raise error

    def At_once(ctx, _):
        raise error

    serve(Raises, At_once)
    assert run("Raises").status == "Failed"
    assert run("At_once").status == "Failed"
    assert run("Hello", "still there").output == "Hello, still there!"


def test_a_return_value_that_is_no_json_fails_the_orchestration(run: Any) -> None:
    def Returns(ctx, _):
        yield ctx.schedule_timer(0)
        return object()

    result = run(Returns)
    assert result.status == "Failed"
    assert "object" in result.error


@pytest.mark.parametrize("what", [5, None, "text", [1], {"no": "type"}, {"type": "unknown"}])
def test_a_mistake_raises_at_its_yield(value: Any, what: Any) -> None:
    def Mistake(ctx, given):
        try:
            yield given
        except (TypeError, ValueError) as error:
            return ["went on", (yield ctx.schedule_activity("echo", str(error)))]

    went_on, text = value(Mistake, what)
    assert went_on == "went on"
    assert text != ""


@pytest.mark.parametrize(
    "what",
    [
        {"type": "activity"},
        {"type": "activity", "name": 5, "input": "1"},
        {"type": "activity", "name": "echo", "input": 5},
        {"type": "timer"},
        {"type": "timer", "delayMs": "1"},
        {"type": "timer", "delayMs": -1},
        {"type": "join", "tasks": 5},
        {"type": "join", "tasks": [5]},
        {"type": "join"},
        {"type": "select", "tasks": []},
        {"type": "waitEvent", "name": ""},
        {"type": "subOrchestration", "name": "Echo"},
        {"type": "activityWithRetry", "name": "echo", "input": "1", "retry": 3},
        {"type": ["activity"]},
    ],
)
def test_a_task_made_by_hand_with_wrong_members_is_refused(value: Any, what: Any) -> None:
    def Mistake(ctx, given):
        try:
            yield given
        except (TypeError, ValueError):
            return "refused"

    assert value(Mistake, what) == "refused"


def test_an_async_generator_is_no_orchestration(run: Any) -> None:
    async def Neither(ctx, _):
        yield ctx.schedule_timer(0)

    result = run(Neither)
    assert result.status == "Failed"
    assert "async" in result.error


def test_an_orchestration_may_raise_what_it_caught_again(run: Any) -> None:
    def Again(ctx, _):
        try:
            yield ctx.schedule_activity("fail", "it broke")
        except ActivityFailed:
            raise

    failure = run(Again).failure
    assert "it broke" in failure.message


def test_a_failure_survives_two_levels(serve: Any, value: Any) -> None:
    def Middle(ctx, _):
        yield ctx.schedule_sub_orchestration("Fail", "deep down")

    def Top(ctx, _):
        try:
            yield ctx.schedule_sub_orchestration("Middle")
        except SubOrchestrationFailed as error:
            return "deep down" in str(error)

    serve(Middle, Top)
    assert value("Top") is True


def test_errors_are_runtime_errors_of_their_kind() -> None:
    assert issubclass(DuroxideError, RuntimeError)
    assert issubclass(TimedOutError, DuroxideError)
    assert issubclass(TimedOutError, TimeoutError)
    assert issubclass(InstanceNotFoundError, LookupError)


@pytest.mark.parametrize("error_class", [DuroxideError, ActivityFailed, TimedOutError, InstanceNotFoundError])
def test_errors_are_copied_and_pickled(error_class: Any) -> None:
    failure = Failure("application", "activity_failed", "it broke", "a", False, "ValueError", "the stack")
    error = error_class(failure)
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(other) is error_class
        assert (other.failure, str(other)) == (failure, str(error))


def test_a_failure_text_is_a_text_with_its_failure() -> None:
    failure = Failure("application", "timed_out", "too late")
    text = FailureText(failure)
    assert (text, text.failure) == ("too late", failure)
    assert pickle.loads(pickle.dumps(text)).failure == failure
    assert copy.deepcopy(text).failure == failure


@pytest.mark.parametrize("made", [lambda: FailureText("text"), lambda: DuroxideError(5)])
def test_errors_of_something_else_are_refused(made: Any) -> None:
    with pytest.raises(TypeError, match="failure"):
        made()
