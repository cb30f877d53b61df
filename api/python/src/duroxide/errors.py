"""What can go wrong, as values (`Failure`) and as exceptions."""

from __future__ import annotations

import os
import traceback
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class Failure:
    """A failure as a value: what histories store and what travels from child to parent."""

    category: str  # who has to act: application, configuration, infrastructure, poison
    kind: str  # activity_failed, timed_out, cancelled, limit_exceeded, ...
    message: str
    source: str = ""  # the activity or orchestration that failed
    retryable: bool = True  # False: a retry policy gives up at once
    type: str = ""  # what the exception was called, as "ValueError"
    stack: str = ""  # where it came from, as its language writes it


def text_of_failure(failure: Failure) -> str:
    """What an instance with this failure shows as its error."""
    cancelled = failure.kind == "cancelled" and not failure.message.startswith("canceled: ")
    return f"canceled: {failure.message}" if cancelled else failure.message


class FailureText(str):
    """What `all`, `race` and `settle` give for a branch that failed: its message, with the `failure` itself."""

    failure: Failure

    def __new__(cls, failure: Failure) -> FailureText:
        if not isinstance(failure, Failure):
            raise TypeError(f"failure must be a Failure, not {type(failure).__qualname__}")
        made = super().__new__(cls, text_of_failure(failure))
        made.failure = failure
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.failure,)


class DuroxideError(RuntimeError):
    """The base of the exceptions of this package. It is made of a `Failure`, or of a message."""

    _category: ClassVar[str] = "application"
    _kind: ClassVar[str] = "orchestration_failed"

    def __init__(self, failure: Failure | str = "") -> None:
        if isinstance(failure, str):
            failure = Failure(self._category, self._kind, failure)
        elif not isinstance(failure, Failure):
            raise TypeError(f"failure must be a Failure or a str, not {type(failure).__qualname__}")
        self._failure = failure
        super().__init__(self._text(failure.message))

    def _text(self, message: str) -> str:
        return message

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._failure,)

    @property
    def failure(self) -> Failure:
        return self._failure

    @property
    def category(self) -> str:
        """Who has to act: application, configuration, infrastructure or poison."""
        return self._failure.category

    @property
    def kind(self) -> str:
        """What it is, as a word of the engine: activity_failed, timed_out, cancelled, limit_exceeded, ..."""
        return self._failure.kind

    @property
    def source(self) -> str:
        """The activity or orchestration that failed; empty if there is none."""
        return self._failure.source

    @property
    def retryable(self) -> bool:
        """False: a retry policy gives up at once."""
        return self._failure.retryable

    @property
    def type_name(self) -> str:
        """What the original exception was called, as "ValueError"; empty if that is not known."""
        return self._failure.type

    @property
    def stack(self) -> str:
        """Where the original exception came from, as a traceback; empty if that is not known."""
        return self._failure.stack


class ActivityFailed(DuroxideError):
    """An awaited activity failed."""

    _kind = "activity_failed"


class SubOrchestrationFailed(DuroxideError):
    """An awaited sub-orchestration failed or was cancelled."""

    def _text(self, message: str) -> str:
        return text_of_failure(self.failure)


class OrchestrationFailed(DuroxideError):
    """A client waited for an orchestration that failed or was cancelled."""


class TimedOutError(DuroxideError, TimeoutError):
    """A timeout of an orchestration elapsed, or the wait of a client."""

    _kind = "timed_out"

    def _text(self, message: str) -> str:
        if "timed out" in message.lower() or message.startswith("timeout: "):
            return message
        return f"Operation timed out: {message}" if message else "Operation timed out"


class InstanceNotFoundError(DuroxideError, LookupError):
    """There is no instance with this id."""

    _kind = "instance_not_found"


class InstanceEndedError(DuroxideError):
    """The instance has ended already."""

    _kind = "instance_terminal"


class InstanceRunningError(DuroxideError):
    """The instance, or a sub-orchestration of it, has not ended yet."""

    _kind = "instance_running"


class InstanceExistsError(DuroxideError):
    """There is an instance with this id already."""

    _kind = "already_exists"


class LimitError(DuroxideError, ValueError):
    """A value is larger, or there are more of them, than the limits allow."""

    _kind = "limit_exceeded"


class ConfigurationError(DuroxideError, ValueError):
    """Wrong use: a bad name, a duplicate registration, a missing handler, a payload of the wrong type."""

    _category = "configuration"
    _kind = "invalid_argument"


class FilterError(ConfigurationError):
    """A filter that cannot be read. The text says what is wrong there, and what to write."""

    column: int = 0  # where, in characters, from 1

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._failure,), {"column": self.column}


class StoreError(DuroxideError):
    """The store or the runtime cannot do it now: unreachable, in use, incompatible, gone, stopped."""

    _category = "infrastructure"
    _kind = "store_unavailable"


class FinalError(Exception):
    """Raise it in an activity for a failure that no further attempt would mend: a retry policy gives up at once."""

    retryable = False


BY_NAME: dict[str, type[DuroxideError]] = {
    each.__name__: each
    for each in (
        DuroxideError,
        ActivityFailed,
        SubOrchestrationFailed,
        OrchestrationFailed,
        TimedOutError,
        InstanceNotFoundError,
        InstanceEndedError,
        InstanceRunningError,
        InstanceExistsError,
        LimitError,
        ConfigurationError,
        FilterError,
        StoreError,
    )
}

# -- what the engine keeps of an exception ----------------------------------------

_PACKAGE = os.path.dirname(os.path.abspath(__file__)) + os.sep


def describe_error(error: BaseException) -> tuple[str, str, str, bool]:
    """The message, the type, the traceback and whether an attempt may be repeated. Never raises."""
    name = type(error).__qualname__
    message, stack = _text_of(error, name), _stack_of(error)
    try:
        retryable = getattr(error, "retryable", True) is not False
    except Exception:
        retryable = True
    # The failure of something awaited, which nobody caught: what it was, and where, is worth more than who passed it on.
    if isinstance(error, DuroxideError) and error.failure.type:
        name = error.failure.type
    if isinstance(error, DuroxideError) and error.failure.stack:
        stack = f"{error.failure.stack}\nIt was passed on by:\n\n{stack}"
    return _writable(message), _writable(name), _writable(stack), retryable


def _writable(text: str) -> str:
    """With escapes for what UTF-8 cannot hold."""
    return text.encode(errors="backslashreplace").decode()


def _text_of(error: BaseException, name: str) -> str:
    try:
        text = str(error)
    except Exception as failed:
        return f"{name}: (its text cannot be shown: {type(failed).__qualname__})"
    if isinstance(error, DuroxideError):
        return text
    if isinstance(error, RuntimeError) and text == "no running event loop":
        text += " (an orchestration awaits only what its context makes; asyncio has its place in activities)"
    return f"{name}: {text}" if text else name


def _stack_of(error: BaseException) -> str:
    try:
        described = traceback.TracebackException.from_exception(error)
        _leave_out_own_frames(described, set())
        return "".join(described.format())
    except Exception:
        return ""


def _leave_out_own_frames(described: traceback.TracebackException, seen: set[int]) -> None:
    """Keeps the frames of the user's code, in the causes of the exception too."""
    if id(described) in seen:
        return
    seen.add(id(described))
    # None where a cause was never raised.
    if described.stack is not None:
        described.stack[:] = [frame for frame in described.stack if not _is_own(frame.filename)]
    for other in (described.__cause__, described.__context__, *(getattr(described, "exceptions", None) or ())):
        if other is not None:
            _leave_out_own_frames(other, seen)


def _is_own(filename: str) -> bool:
    return filename.startswith((_PACKAGE, "<frozen importlib"))
