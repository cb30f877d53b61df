"""Tasks: what an orchestration asks for, as a description. Nothing happens before it is yielded or awaited."""

from __future__ import annotations

from collections.abc import Coroutine, Generator, Iterable, Mapping
from datetime import timedelta
from typing import Any, Generic, TypeVar, Union, cast

from duroxide import _arguments as check
from duroxide.options import MAX_TAG_NAME_BYTES

T = TypeVar("T")

_ACTIVITIES = ("activity", "activityWithSession", "activityWithRetry", "activityWithRetryOnSession")


class ScheduledTask(dict[str, Any], Generic[T]):
    """A task that gives a T: `value = yield task` in a generator, `value = await task` in an `async def`."""

    __slots__ = ()

    def with_tag(self, tag: str) -> ScheduledTask[T]:
        """Sends the activity to workers that accept this tag, 1 to 256 bytes. Changes this task, and returns it. Raises
        TypeError for a task that is not an activity."""
        kind = self.get("type")
        if kind is not None and kind not in _ACTIVITIES:
            raise TypeError(f"only an activity can have a tag, and this is a task of type {kind}")
        if len(check.text(tag, "tag").encode(errors="surrogatepass")) > MAX_TAG_NAME_BYTES:
            raise ValueError(f"tag must be at most {MAX_TAG_NAME_BYTES} bytes long")
        self["tag"] = tag
        return self

    def inherit_labels(self) -> ScheduledTask[T]:
        """Has a sub-orchestration begin with the labels that its parent has when it is scheduled. Changes this task, and
        returns it. Raises TypeError for a task that is no sub-orchestration."""
        kind = self.get("type")
        if kind is not None and not str(kind).startswith("subOrchestration"):
            raise TypeError(f"only a sub-orchestration inherits labels, and this is a task of type {kind}")
        self["inheritLabels"] = True
        return self

    def with_timeout(self, timeout_ms: int | timedelta) -> ScheduledTask[T]:
        """The task with a limit of its time, from when it is scheduled: then it is cancelled, and waiting for it raises
        TimedOutError. Of an activity with a retry policy, the limit is for all attempts together. Changes an activity
        and returns it; else returns a new task, which is the one to be yielded."""
        limit = check.delay(timeout_ms, "timeout_ms")
        if self.get("type") not in _ACTIVITIES:
            return timeout(self, limit)
        self["timeoutMs"] = limit
        return self

    def __await__(self) -> Generator[Any, Any, T]:
        return cast(T, (yield self))


# What combinations take: a task, or a helper of several steps (a generator, or the call of an `async def`).
Branch = Union[ScheduledTask[Any], Generator[Any, Any, Any], Coroutine[Any, Any, Any]]


def branch(value: Any, name: str) -> Branch:
    if not isinstance(value, (dict, Generator, Coroutine)):
        raise check.wrong_type(name, "a task, a generator or a coroutine", value)
    return cast(Branch, value)


def branches(tasks: Iterable[Any], name: str = "tasks") -> list[Branch]:
    # The order of tasks is the order of their events, and a set has another order in each process.
    if isinstance(tasks, (dict, str, set, frozenset, Coroutine)) or not isinstance(tasks, Iterable):
        raise check.wrong_type(name, "a list of tasks", tasks)
    return [branch(each, f"{name}[{index}]") for index, each in enumerate(tasks)]


def timeout(task: Branch, timeout_ms: int | timedelta) -> ScheduledTask[Any]:
    return ScheduledTask(type="timeout", task=branch(task, "task"), timeoutMs=check.delay(timeout_ms, "timeout_ms"))


# -- retry policies -------------------------------------------------------------------

_BACKOFF_KINDS = ("exponential", "fixed", "linear", "none")


def retry_policy(retry: Mapping[str, Any] | None) -> dict[str, Any]:
    """A retry policy for the engine. Keys, in snake or camel case:

    max_attempts      at least 1; default 3
    timeout_ms        of each attempt; default none
    total_timeout_ms  of all attempts and pauses together; default none
    backoff           the pauses: "exponential" (default; from 100 ms, doubling, at most 30 s), "fixed" (1 s), "none",
                      or a dict with kind, base_ms, limit_ms, multiplier; any other word means "linear" (100 ms, 200 ms,
                      ..., at most 30 s)
    jitter            shortens each pause by up to this part of it, 0 to 1; default 0
    retry_on_timeout  whether an attempt that timed out is repeated; default False

    Other keys are ignored. Raises TypeError and ValueError for values that cannot be.
    """
    if retry is None:
        retry = {}
    if not isinstance(retry, Mapping):
        raise check.wrong_type("retry", "a dict", retry)
    attempts = _member(retry, "max_attempts", "maxAttempts")
    policy: dict[str, Any] = {
        "maxAttempts": 3 if attempts is None else check.whole(attempts, "max_attempts", 1),
        "timeoutMs": check.timeout(_member(retry, "timeout_ms", "timeoutMs")),
        "totalTimeoutMs": check.timeout(_member(retry, "total_timeout_ms", "totalTimeoutMs"), "total_timeout_ms"),
        "backoff": _backoff(retry.get("backoff")),
    }
    jitter = retry.get("jitter")
    if jitter is not None:
        policy["jitter"] = check.fraction(jitter, "jitter")
    on_timeout = _member(retry, "retry_on_timeout", "retryOnTimeout")
    if on_timeout is not None:
        policy["retryOnTimeout"] = check.truth(on_timeout, "retry_on_timeout")
    return policy


def _member(values: Mapping[str, Any], snake: str, camel: str) -> Any:
    return values[snake] if snake in values else values.get(camel)


def _backoff(value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, str):
        return value if value in _BACKOFF_KINDS else "linear"
    if not isinstance(value, Mapping):
        raise check.wrong_type("backoff", "a str or a dict", value)
    made: dict[str, Any] = {"kind": check.one_of(value.get("kind", "exponential"), "backoff kind", _BACKOFF_KINDS)}
    for snake, camel in (("base_ms", "baseMs"), ("limit_ms", "limitMs")):
        given = _member(value, snake, camel)
        if given is not None:
            made[camel] = check.whole(given, f"backoff {snake}")
    multiplier = value.get("multiplier")
    if multiplier is not None:
        made["multiplier"] = check.real(multiplier, "backoff multiplier")
        if not made["multiplier"] > 0:
            raise ValueError(f"backoff multiplier must be more than 0, and is {multiplier}")
    return made
