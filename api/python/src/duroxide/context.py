"""What orchestrations and activities get in hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar, overload

from duroxide import _arguments as check
from duroxide._tracing import Tracing
from duroxide.client import Client
from duroxide.payloads import dumps, parse, stored_value, text_of
from duroxide.results import LabelValue
from duroxide.scheduling import ActivityScheduling, OrchestrationScheduling, WaitScheduling
from duroxide.tasks import Branch, ScheduledTask, branch, branches, timeout

if TYPE_CHECKING:
    from duroxide._native import ActivityState, OrchestrationState

T = TypeVar("T")

MAX_KV_KEYS = 150
MAX_KV_VALUE_BYTES = 65536


class OrchestrationContext(ActivityScheduling, OrchestrationScheduling, WaitScheduling, Tracing):
    """How an orchestration reaches everything outside itself: what it does by other means is not the same in a replay.

    Methods that give a `ScheduledTask` describe something; yield it in a generator, or await it in an `async def`. All
    others act at once. After the orchestration's function has ended, or for a context that was made by hand, they do
    nothing, and give None or what is empty.
    """

    def __init__(self, ctx_info: Mapping[str, Any]) -> None:
        """A context that belongs to no instance, from a dict with instanceId, executionId, orchestrationName and
        orchestrationVersion. The engine makes those that do."""
        self._state: OrchestrationState | None = None
        self.instance_id: str = ctx_info["instanceId"]
        self.execution_id: int = ctx_info["executionId"]
        self.orchestration_name: str = ctx_info["orchestrationName"]
        self.orchestration_version: str = ctx_info["orchestrationVersion"]

    @classmethod
    def _make(
        cls, state: OrchestrationState, instance: str, execution: int, name: str, version: str
    ) -> OrchestrationContext:
        made = cls.__new__(cls)
        made._state = state
        made.instance_id = instance
        made.execution_id = execution
        made.orchestration_name = name
        made.orchestration_version = version
        return made

    def __repr__(self) -> str:
        return f"<OrchestrationContext of {self.instance_id!r}, {self.orchestration_name} {self.orchestration_version}>"

    # -- several tasks at a time -----------------------------------------------------
    # A branch is a task, a generator or a coroutine of several steps; branches can be nested.

    def all(self, tasks: Iterable[Branch]) -> ScheduledTask[list[Any]]:
        """All of them. Gives a list of `{"ok": value}` and `{"err": FailureText}`, in the order of the tasks."""
        return ScheduledTask(type="join", tasks=branches(tasks))

    def all_typed(self, tasks: Iterable[Branch]) -> ScheduledTask[list[Any]]:
        """As `all`, with the value itself for each branch that succeeds."""
        return ScheduledTask(type="join", tasks=branches(tasks), _typed_all=True)

    def gather(self, *tasks: Branch) -> ScheduledTask[list[Any]]:
        """All of them. Gives the list of their values; if some fail, raises the failure of the first of them, in the
        order of the tasks."""
        return ScheduledTask(type="gather", tasks=branches(tasks))

    def race(self, *tasks: Branch) -> ScheduledTask[dict[str, Any]]:
        """The first of them that ends; the others are cancelled. Gives `{"index": i, "value": v}`. A branch that fails
        may win, too: then the value is a FailureText, a str. See `any`."""
        return ScheduledTask(type="select", tasks=_some(tasks, "race"))

    def race_typed(self, *tasks: Branch) -> ScheduledTask[dict[str, Any]]:
        """The same as `race`."""
        return ScheduledTask(type="select", tasks=_some(tasks, "race_typed"), _typed_race=True)

    def any(self, *tasks: Branch) -> ScheduledTask[dict[str, Any]]:
        """The first of them that succeeds; the others are cancelled. Gives `{"index": i, "value": v}`. If all fail,
        raises the failure of the one that failed last."""
        return ScheduledTask(type="any", tasks=_some(tasks, "any"))

    def settle(self, task: Branch) -> ScheduledTask[dict[str, Any]]:
        """The task, whose failure is not raised. Gives `{"ok": value}` or `{"err": FailureText}`."""
        return ScheduledTask(type="settle", task=branch(task, "task"))

    @overload
    def with_timeout(self, task: ScheduledTask[T], timeout_ms: int | timedelta) -> ScheduledTask[T]: ...
    @overload
    def with_timeout(self, task: Branch, timeout_ms: int | timedelta) -> ScheduledTask[Any]: ...
    def with_timeout(self, task: Any, timeout_ms: int | timedelta) -> ScheduledTask[Any]:
        """The task with a limit of its time, in milliseconds or as a timedelta: then it is cancelled, and TimedOutError
        is raised."""
        return timeout(task, timeout_ms)

    # -- custom status ------------------------------------------------------------------

    def set_custom_status(self, status: Any) -> None:
        """Sets the text that clients see while the orchestration runs, and afterwards: str(status), at most 256 KiB."""
        if self._state is not None:
            self._state.set_custom_status(check.any_text(str(status), "status"))

    def reset_custom_status(self) -> None:
        """Clears the custom status."""
        if self._state is not None:
            self._state.reset_custom_status()

    def get_custom_status(self) -> str | None:
        """The custom status; None if there is none."""
        return None if self._state is None else self._state.custom_status()

    # -- key-value store -----------------------------------------------------------------
    # At most MAX_KV_KEYS keys, and MAX_KV_VALUE_BYTES for each value. Clients can read it, also after the end.

    def set_kv_value(self, key: str, value: Any) -> None:
        """Sets str(value). For other values than text, see `set_kv_value_typed`."""
        if self._state is not None:
            self._state.set_kv(_key(key), dumps(str(value)))

    def set_kv_value_typed(self, key: str, value: Any) -> None:
        """Sets a value that JSON can hold; `get_kv_value_typed` gives it back."""
        written = stored_value(value)
        if self._state is not None:
            self._state.set_kv(_key(key), written)

    def get_kv_value(self, key: str) -> str | None:
        """The text of this key, None if there is none. A value that is no text is given as JSON text."""
        stored = None if self._state is None else self._state.kv(_key(key))
        return None if stored is None else text_of(stored)

    def get_kv_value_typed(self, key: str) -> Any:
        """The value of this key, None if there is none. Raises ValueError for a text that is not JSON."""
        text = self.get_kv_value(key)
        return None if text is None else parse(text)

    def get_kv_all_values(self) -> dict[str, str]:
        """The texts of all keys."""
        stored = {} if self._state is None else self._state.kv_values()
        return {key: text_of(value) for key, value in stored.items()}

    def get_kv_all_keys(self) -> list[str]:
        """All keys."""
        return [] if self._state is None else list(self._state.kv_values())

    def get_kv_length(self) -> int:
        """The number of keys."""
        return 0 if self._state is None else len(self._state.kv_values())

    def clear_kv_value(self, key: str) -> None:
        """Clears this key."""
        if self._state is not None:
            self._state.clear_kv(_key(key))

    def clear_all_kv_values(self) -> None:
        """Clears all keys."""
        if self._state is not None:
            self._state.clear_all_kv()

    def prune_kv_values_updated_before(self, cutoff_ms: int) -> int:
        """Clears the keys whose values are older than this, in milliseconds since the Unix epoch. Gives their
        number."""
        cutoff = check.whole(cutoff_ms, "cutoff_ms")
        return 0 if self._state is None else self._state.prune_kv(cutoff)

    # -- labels ------------------------------------------------------------------------------
    # What others find the instance by. They are written with the turn, and survive continue-as-new and the end.

    def set_label(self, name: str, value: LabelValue) -> None:
        """Sets a label: a str, a number, a bool, or a datetime with a time zone. At most 64 labels, with names of at
        most 256 bytes and texts of at most 1 KiB; more is LimitError."""
        checked = check.label_value(value)
        if self._state is not None:
            self._state.set_label(check.text(name, "name"), checked)

    def clear_label(self, name: str) -> None:
        """Removes a label."""
        if self._state is not None:
            self._state.clear_label(check.text(name, "name"))

    def get_label(self, name: str) -> LabelValue | None:
        """A label; None if there is none. A number is a float, a time a datetime in UTC."""
        return self.get_labels().get(check.text(name, "name"))

    def get_labels(self) -> dict[str, LabelValue]:
        """All labels, also those that others have set: the one that is set last wins."""
        return {} if self._state is None else self._state.labels()

    # -- the rest --------------------------------------------------------------------------

    def random(self) -> float:
        """A number with 0 <= number < 1, the same in each replay."""
        drawn = 0 if self._state is None else self._state.random()
        return (drawn >> 11) * 2.0**-53

    @property
    def is_replaying(self) -> bool:
        """Whether the code is only repeating what is in the history. Decide nothing by it."""
        return self._state is not None and self._state.is_replaying()

    @property
    def history_size(self) -> int:
        """The number of events in the history of this execution."""
        return 0 if self._state is None else self._state.history_size()

    @property
    def continue_as_new_suggested(self) -> bool:
        """Whether the history has become long."""
        return self._state is not None and self._state.continue_as_new_suggested()


class ActivityContext(Tracing):
    """What an activity knows of itself. After the activity has ended, methods do nothing, and give None, False or 0."""

    def __init__(self, ctx_info: Mapping[str, Any]) -> None:
        """A context that belongs to no activity, for tests of its function, from a dict with instanceId, executionId,
        orchestrationName, orchestrationVersion, activityName, workerId, and, if wanted, sessionId and tag."""
        self._state: ActivityState | None = None
        self.instance_id: str = ctx_info["instanceId"]
        self.execution_id: int = ctx_info["executionId"]
        self.orchestration_name: str = ctx_info["orchestrationName"]
        self.orchestration_version: str = ctx_info["orchestrationVersion"]
        self.activity_name: str = ctx_info["activityName"]
        self.worker_id: str = ctx_info["workerId"]
        self.session_id: str | None = ctx_info.get("sessionId")
        self._tag: str | None = ctx_info.get("tag")

    @classmethod
    def _make(
        cls,
        state: ActivityState,
        instance: str,
        execution: int,
        orchestration: str,
        version: str,
        activity: str,
        worker: str,
        session: str | None,
        tag: str | None,
    ) -> ActivityContext:
        made = cls.__new__(cls)
        made._state = state
        made.instance_id = instance
        made.execution_id = execution
        made.orchestration_name = orchestration
        made.orchestration_version = version
        made.activity_name = activity
        made.worker_id = worker
        made.session_id = session
        made._tag = tag
        return made

    def __repr__(self) -> str:
        return f"<ActivityContext of {self.activity_name} for {self.instance_id!r}>"

    def tag(self) -> str | None:
        """The tag that it was scheduled with; None if there is none."""
        return self._tag

    def is_cancelled(self) -> bool:
        """Whether nobody waits for the result any more. Ask from time to time in an activity that takes long."""
        return self._state is not None and self._state.is_cancelled()

    def wait_for_cancellation(self, timeout_ms: int | None = None) -> bool:
        """Blocks until the activity is cancelled or the time is up, in milliseconds; None: without limit. Whether it is
        cancelled. In an `async def` activity, cancellation arrives as CancelledError instead."""
        limit = check.timeout(timeout_ms)
        return self._state is not None and self._state.wait_for_cancellation(limit)

    def heartbeat(self, details: Any = None) -> None:
        """Reports progress, which clients see with `get_activities`: anything that JSON can hold, at most 64 KiB. Not
        every heartbeat is written; see the option heartbeat_interval_ms."""
        text = "" if details is None else dumps(details)
        if self._state is not None:
            self._state.heartbeat(text)

    @property
    def attempt(self) -> int:
        """The attempt of its retry policy, from 1."""
        return 0 if self._state is None else self._state.attempt()

    @property
    def deliveries(self) -> int:
        """How often this attempt has been given to a worker, this time included; more than 1 after a crash."""
        return 0 if self._state is None else self._state.deliveries()

    @property
    def activity_id(self) -> str:
        """A text that is the same whenever this activity is run, and different for every other."""
        return "" if self._state is None else self._state.activity_id()

    def get_client(self) -> Client:
        """A client of the store that the activity's runtime works on. Raises RuntimeError once the activity has
        ended."""
        native = None if self._state is None else self._state.client()
        if native is None:
            raise RuntimeError("Activity context not found")
        return Client._of(native)


def _key(key: Any) -> str:
    return check.text(str(key), "key")


def _some(tasks: tuple[Branch, ...], what: str) -> list[Branch]:
    if not tasks:
        raise ValueError(f"{what} needs at least one task")
    return branches(tasks)
