"""Retry policies of activities."""

from __future__ import annotations

import time
from typing import Any

import pytest


class Flaky:
    """Fails so many times, then gives the number of its calls."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.calls: list[float] = []
        self.__name__ = "flaky"

    def __call__(self, ctx: Any, _: Any) -> int:
        self.calls.append(time.monotonic())
        if len(self.calls) <= self.failures:
            raise OSError(f"failure {len(self.calls)}")
        return len(self.calls)


def Retry(ctx: Any, policy: dict[str, Any]) -> Any:
    return (yield ctx.schedule_activity_with_retry("flaky", None, policy))


@pytest.mark.parametrize("key", ["max_attempts", "maxAttempts"])
def test_an_activity_is_tried_until_it_succeeds(value: Any, key: str) -> None:
    flaky = Flaky(2)
    assert value(Retry, {key: 3, "backoff": "none"}, activities=[flaky]) == 3
    assert len(flaky.calls) == 3


def test_the_last_error_is_raised_when_the_attempts_are_used_up(run: Any) -> None:
    flaky = Flaky(9)
    result = run(Retry, {"max_attempts": 2, "backoff": "none"}, activities=[flaky])
    assert result.status == "Failed"
    assert "failure 2" in result.error
    assert len(flaky.calls) == 2


def test_three_attempts_are_the_default(run: Any) -> None:
    flaky = Flaky(9)
    assert "failure 3" in run(Retry, {"backoff": "none"}, activities=[flaky]).error
    assert len(flaky.calls) == 3


def test_one_attempt_is_no_retry(run: Any) -> None:
    flaky = Flaky(9)
    assert "failure 1" in run(Retry, {"max_attempts": 1}, activities=[flaky]).error


def test_an_exception_that_is_not_retryable_ends_it_at_once(run: Any) -> None:
    calls = []

    def flaky(ctx, _):
        from duroxide import FinalError

        calls.append(1)
        raise FinalError("never again")

    result = run(Retry, {"max_attempts": 5, "backoff": "none"}, activities=[flaky])
    assert "never again" in result.error
    assert len(calls) == 1


def test_the_exponential_backoff_waits_between_attempts(value: Any) -> None:
    flaky = Flaky(2)
    assert value(Retry, {"max_attempts": 3, "backoff": "exponential"}, activities=[flaky]) == 3
    first, second, third = flaky.calls
    assert second - first >= 0.09
    assert third - second >= 0.19


def test_a_backoff_of_ones_own(value: Any) -> None:
    flaky = Flaky(3)
    backoff = {"kind": "exponential", "base_ms": 20, "limit_ms": 30, "multiplier": 10.0}
    assert value(Retry, {"max_attempts": 4, "backoff": backoff}, activities=[flaky]) == 4
    gaps = [b - a for a, b in zip(flaky.calls, flaky.calls[1:])]
    assert gaps[0] >= 0.019
    assert all(0.029 <= gap < 5 for gap in gaps[1:])


@pytest.mark.parametrize("more", [{}, {"retry_on_timeout": False}])
def test_an_attempt_that_takes_too_long_is_the_last_one(run: Any, more: dict[str, Any]) -> None:
    attempts = []

    def flaky(ctx, _):
        attempts.append(ctx.attempt)
        ctx.wait_for_cancellation(20_000)

    def Slow(ctx, _):
        policy = {"max_attempts": 3, "timeout_ms": 20, **more}
        try:
            yield ctx.schedule_activity_with_retry("flaky", None, policy)
        except TimeoutError as error:
            return [type(error).__name__, error.kind]

    assert run(Slow, activities=[flaky]).output == ["TimedOutError", "timed_out"]
    assert attempts == [1]


def test_all_attempts_together_have_a_time_limit(run: Any) -> None:
    def Slow(ctx, _):
        policy = {"max_attempts": 1000, "backoff": "fixed", "total_timeout_ms": 60}
        try:
            yield ctx.schedule_activity_with_retry("flaky", None, policy)
        except Exception as error:
            return type(error).__name__

    began = time.monotonic()
    flaky = Flaky(10_000)
    assert run(Slow, activities=[flaky]).output is not None
    assert time.monotonic() - began < 10
    assert len(flaky.calls) < 10


def test_a_timeout_is_retried_if_the_policy_says_so(value: Any) -> None:
    attempts = []

    def flaky(ctx, _):
        attempts.append(ctx.attempt)
        if len(attempts) == 1:
            ctx.wait_for_cancellation(20_000)
        return len(attempts)

    policy = {"max_attempts": 3, "timeout_ms": 500, "retry_on_timeout": True, "backoff": "none"}
    assert value(Retry, policy, activities=[flaky]) == 2


@pytest.mark.parametrize(
    "policy",
    [
        {"max_attempts": 0},
        {"max_attempts": -1},
        {"max_attempts": "3"},
        {"max_attempts": 2.5},
        {"timeout_ms": -5},
        {"timeout_ms": "soon"},
        {"backoff": 7},
        {"backoff": {"kind": "square"}},
        {"jitter": 2},
        "three times",
        [3],
    ],
)
def test_a_bad_policy_raises_where_it_is_used(value: Any, policy: Any) -> None:
    def Careful(ctx, given):
        try:
            yield ctx.schedule_activity_with_retry("echo", None, given)
        except (TypeError, ValueError) as error:
            return f"refused: {error}"

    assert value(Careful, policy).startswith("refused: ")


def test_a_retry_is_a_branch_like_any_other(value: Any) -> None:
    flaky = Flaky(1)

    def Fan(ctx, _):
        policy = {"max_attempts": 2, "backoff": "none"}
        return (
            yield ctx.all_typed(
                [ctx.schedule_activity_with_retry("flaky", None, policy), ctx.schedule_activity("echo", 1)]
            )
        )

    assert value(Fan, activities=[flaky]) == [2, 1]


def test_a_retry_has_a_tag_and_a_session(value: Any) -> None:
    def where(ctx, _):
        return [ctx.tag(), ctx.session_id, ctx.attempt]

    def Where(ctx, _):
        policy = {"max_attempts": 2}
        return [
            (yield ctx.schedule_activity_with_retry("where", None, policy).with_tag("gpu")),
            (yield ctx.schedule_activity_with_retry_on_session("where", None, policy, "s")),
        ]

    assert value(Where, activities=[where], worker_tag_filter="any") == [["gpu", None, 1], [None, "s", 1]]
