"""What an orchestration can ask for: methods that give tasks. Nothing happens before a task is yielded or awaited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, TypeVar, overload

from duroxide import _arguments as check
from duroxide.definitions import Activity, Orchestration, activity_name, orchestration_name
from duroxide.payloads import dumps, dumps_typed
from duroxide.tasks import ScheduledTask, retry_policy

# In Duroxide this is an activity; programs may look at the task.
_KV_READ = "__duroxide_syscall:get_kv_value"

I = TypeVar("I")  # noqa: E741  (input)
T = TypeVar("T")

Retry = Mapping[str, Any]


class ActivityScheduling:
    """Activities. `name` is a str or an `Activity`; `input` anything that JSON can hold. A failure is raised where the
    task is awaited, as ActivityFailed."""

    @overload
    def schedule_activity(
        self, name: Activity[I, T], input: I, session_id: str | None = None
    ) -> ScheduledTask[T]: ...
    @overload
    def schedule_activity(
        self, name: Activity[None, T], input: None = None, session_id: str | None = None
    ) -> ScheduledTask[T]: ...
    @overload
    def schedule_activity(self, name: str, input: Any = None, session_id: str | None = None) -> ScheduledTask[Any]: ...
    def schedule_activity(self, name: Any, input: Any = None, session_id: str | None = None) -> ScheduledTask[Any]:
        """An activity; with a session, in the process that holds that session. Gives its result."""
        return _activity(name, dumps(input), session_id)

    @overload
    def schedule_activity_on_session(self, name: Activity[I, T], input: I, session_id: str) -> ScheduledTask[T]: ...
    @overload
    def schedule_activity_on_session(self, name: str, input: Any, session_id: str) -> ScheduledTask[Any]: ...
    def schedule_activity_on_session(self, name: Any, input: Any, session_id: str) -> ScheduledTask[Any]:
        """An activity in the process that holds the session. Gives its result."""
        return _activity(name, dumps(input), check.text(session_id, "session_id"))

    @overload
    def schedule_activity_with_retry(self, name: Activity[I, T], input: I, retry: Retry) -> ScheduledTask[T]: ...
    @overload
    def schedule_activity_with_retry(self, name: str, input: Any, retry: Retry) -> ScheduledTask[Any]: ...
    def schedule_activity_with_retry(self, name: Any, input: Any, retry: Retry) -> ScheduledTask[Any]:
        """An activity that is repeated when it fails; see `retry_policy` for the keys of `retry`. Gives the result of
        the attempt that succeeds, and raises the failure of the last one.

        `total_timeout_ms` limits all attempts and pauses together; in the original it limited each attempt."""
        return _retried(name, dumps(input), retry, None)

    @overload
    def schedule_activity_with_retry_on_session(
        self, name: Activity[I, T], input: I, retry: Retry, session_id: str
    ) -> ScheduledTask[T]: ...
    @overload
    def schedule_activity_with_retry_on_session(
        self, name: str, input: Any, retry: Retry, session_id: str
    ) -> ScheduledTask[Any]: ...
    def schedule_activity_with_retry_on_session(
        self, name: Any, input: Any, retry: Retry, session_id: str
    ) -> ScheduledTask[Any]:
        """As `schedule_activity_with_retry`, in the process that holds the session."""
        return _retried(name, dumps(input), retry, check.text(session_id, "session_id"))

    # -- a str that is JSON text is sent as it is ------------------------------------

    def schedule_activity_typed(
        self, name: str | Activity[Any, Any], input: Any = None, result_type: object = None
    ) -> ScheduledTask[Any]:
        """As `schedule_activity`, but an input that is a str with JSON text is sent as it is: "21" arrives as the int
        21. `result_type` has no effect."""
        return _typed(_activity(name, dumps_typed(input), None))

    def schedule_activity_on_session_typed(
        self, name: str | Activity[Any, Any], input: Any = None, session_id: str | None = None
    ) -> ScheduledTask[Any]:
        """As `schedule_activity_on_session`, but an input that is a str with JSON text is sent as it is."""
        return _typed(_activity(name, dumps_typed(input), session_id))

    def schedule_activity_with_retry_typed(
        self, name: str | Activity[Any, Any], input: Any = None, retry: Retry | None = None
    ) -> ScheduledTask[Any]:
        """As `schedule_activity_with_retry`, but an input that is a str with JSON text is sent as it is."""
        return _typed(_retried(name, dumps_typed(input), retry, None))

    def schedule_activity_with_retry_on_session_typed(
        self,
        name: str | Activity[Any, Any],
        input: Any = None,
        retry: Retry | None = None,
        session_id: str | None = None,
    ) -> ScheduledTask[Any]:
        """As `schedule_activity_with_retry_on_session`, but an input that is a str with JSON text is sent as it is."""
        return _typed(_retried(name, dumps_typed(input), retry, session_id))


class OrchestrationScheduling:
    """Sub-orchestrations, whose failure is raised where the task is awaited, as SubOrchestrationFailed; and
    orchestrations that go their own way. `name` is a str or an `Orchestration`; a `version` of None is the one that the
    policy chooses, the latest."""

    @overload
    def schedule_sub_orchestration(self, name: Orchestration[I, T], input: I) -> ScheduledTask[T]: ...
    @overload
    def schedule_sub_orchestration(self, name: Orchestration[None, T], input: None = None) -> ScheduledTask[T]: ...
    @overload
    def schedule_sub_orchestration(self, name: str, input: Any = None) -> ScheduledTask[Any]: ...
    def schedule_sub_orchestration(self, name: Any, input: Any = None) -> ScheduledTask[Any]:
        """A sub-orchestration, whose id is made of this instance's id. Gives its result."""
        return _orchestration("subOrchestration", name, dumps(input))

    @overload
    def schedule_sub_orchestration_with_id(
        self, name: Orchestration[I, T], instance_id: str, input: I
    ) -> ScheduledTask[T]: ...
    @overload
    def schedule_sub_orchestration_with_id(
        self, name: Orchestration[None, T], instance_id: str, input: None = None
    ) -> ScheduledTask[T]: ...
    @overload
    def schedule_sub_orchestration_with_id(
        self, name: str, instance_id: str, input: Any = None
    ) -> ScheduledTask[Any]: ...
    def schedule_sub_orchestration_with_id(
        self, name: Any, instance_id: str, input: Any = None
    ) -> ScheduledTask[Any]:
        """A sub-orchestration with this id, which no other instance may have. Gives its result."""
        return _orchestration("subOrchestrationWithId", name, dumps(input), instanceId=_id(instance_id))

    def schedule_sub_orchestration_versioned(
        self, name: str | Orchestration[Any, T], version: str | None = None, input: Any = None
    ) -> ScheduledTask[T]:
        """A sub-orchestration of this version. Gives its result."""
        return _orchestration("subOrchestrationVersioned", name, dumps(input), version=_version(version))

    def schedule_sub_orchestration_versioned_with_id(
        self, name: str | Orchestration[Any, T], version: str | None, instance_id: str, input: Any = None
    ) -> ScheduledTask[T]:
        """A sub-orchestration of this version, with this id. Gives its result."""
        return _orchestration(
            "subOrchestrationVersionedWithId",
            name,
            dumps(input),
            version=_version(version),
            instanceId=_id(instance_id),
        )

    @overload
    def start_orchestration(
        self, name: Orchestration[I, Any], instance_id: str, input: I
    ) -> ScheduledTask[None]: ...
    @overload
    def start_orchestration(
        self, name: Orchestration[None, Any], instance_id: str, input: None = None
    ) -> ScheduledTask[None]: ...
    @overload
    def start_orchestration(self, name: str, instance_id: str, input: Any = None) -> ScheduledTask[None]: ...
    def start_orchestration(self, name: Any, instance_id: str, input: Any = None) -> ScheduledTask[None]:
        """Starts an orchestration that nobody waits for. Gives None at once."""
        return _orchestration("orchestration", name, dumps(input), instanceId=_id(instance_id))

    def start_orchestration_versioned(
        self, name: str | Orchestration[Any, Any], version: str | None, instance_id: str, input: Any = None
    ) -> ScheduledTask[None]:
        """As `start_orchestration`, of this version."""
        return _orchestration(
            "orchestrationVersioned", name, dumps(input), version=_version(version), instanceId=_id(instance_id)
        )

    def continue_as_new(self, input: Any = None) -> ScheduledTask[Any]:
        """Ends this execution and begins the next, with this input and an empty history. Never gives anything."""
        return ScheduledTask(type="continueAsNew", input=dumps(input))

    def continue_as_new_versioned(self, input: Any, version: str | None = None) -> ScheduledTask[Any]:
        """As `continue_as_new`, with the code of this version."""
        return ScheduledTask(type="continueAsNewVersioned", input=dumps(input), version=_version(version))

    # -- a str that is JSON text is sent as it is ------------------------------------

    def schedule_sub_orchestration_typed(
        self, name: str | Orchestration[Any, Any], input: Any = None, result_type: object = None
    ) -> ScheduledTask[Any]:
        """As `schedule_sub_orchestration`, but an input that is a str with JSON text is sent as it is. `result_type`
        has no effect."""
        return _typed(_orchestration("subOrchestration", name, dumps_typed(input)))

    def schedule_sub_orchestration_with_id_typed(
        self, name: str | Orchestration[Any, Any], instance_id: str, input: Any = None
    ) -> ScheduledTask[Any]:
        """As `schedule_sub_orchestration_with_id`, but an input that is a str with JSON text is sent as it is."""
        return _typed(_orchestration("subOrchestrationWithId", name, dumps_typed(input), instanceId=_id(instance_id)))

    def start_orchestration_typed(
        self, name: str | Orchestration[Any, Any], instance_id: str, input: Any = None
    ) -> ScheduledTask[None]:
        """As `start_orchestration`, but an input that is a str with JSON text is sent as it is."""
        return _typed(_orchestration("orchestration", name, dumps_typed(input), instanceId=_id(instance_id)))

    def start_orchestration_versioned_typed(
        self, name: str | Orchestration[Any, Any], version: str | None, instance_id: str, input: Any = None
    ) -> ScheduledTask[None]:
        """As `start_orchestration_versioned`, but an input that is a str with JSON text is sent as it is."""
        return _typed(
            _orchestration(
                "orchestrationVersioned",
                name,
                dumps_typed(input),
                version=_version(version),
                instanceId=_id(instance_id),
            )
        )

    def continue_as_new_typed(self, input: Any = None) -> ScheduledTask[Any]:
        """As `continue_as_new`, but an input that is a str with JSON text is sent as it is."""
        return _typed(ScheduledTask(type="continueAsNew", input=dumps_typed(input)))


class WaitScheduling:
    """Timers, events, and values that are recorded in the history."""

    def schedule_timer(self, delay_ms: int | timedelta) -> ScheduledTask[None]:
        """A timer that survives restarts: milliseconds, or a timedelta. Gives None. Raises TypeError for anything else,
        ValueError for a negative delay."""
        return ScheduledTask(type="timer", delayMs=check.delay(delay_ms))

    def wait_for_event(self, name: str) -> ScheduledTask[Any]:
        """An event that a client raises with this name, from now on. Gives its data."""
        return ScheduledTask(type="waitEvent", name=check.text(name, "name"))

    def dequeue_event(self, queue_name: str) -> ScheduledTask[Any]:
        """The next message of this queue, also one that was sent before. Gives its data."""
        return ScheduledTask(type="dequeueEvent", queueName=check.text(queue_name, "queue_name"))

    def wait_for_event_typed(self, name: str) -> ScheduledTask[Any]:
        """The same as `wait_for_event`."""
        return _typed(self.wait_for_event(name))

    def dequeue_event_typed(self, queue_name: str) -> ScheduledTask[Any]:
        """The same as `dequeue_event`."""
        return _typed(self.dequeue_event(queue_name))

    def new_guid(self) -> ScheduledTask[str]:
        """A new UUID, the same in each replay. Gives 36 characters at once."""
        return ScheduledTask(type="newGuid")

    def utc_now(self) -> ScheduledTask[int]:
        """The time, the same in each replay. Gives milliseconds since the Unix epoch at once."""
        return ScheduledTask(type="utcNow")

    def get_kv_value_from_instance(self, instance_id: str, key: str) -> ScheduledTask[Any]:
        """A value of another instance's key-value store. Gives None if there is none."""
        wanted = dumps({"instance_id": _id(instance_id), "key": check.text(key, "key")})
        return ScheduledTask(type="activity", name=_KV_READ, input=wanted)


def _activity(name: Any, input: str, session_id: str | None) -> ScheduledTask[Any]:
    if session_id is None:
        return ScheduledTask(type="activity", name=activity_name(name), input=input)
    session = check.text(session_id, "session_id")
    return ScheduledTask(type="activityWithSession", name=activity_name(name), input=input, sessionId=session)


def _retried(name: Any, input: str, retry: Retry | None, session_id: str | None) -> ScheduledTask[Any]:
    policy = retry_policy(retry)
    if session_id is None:
        return ScheduledTask(type="activityWithRetry", name=activity_name(name), input=input, retry=policy)
    session = check.text(session_id, "session_id")
    return ScheduledTask(
        type="activityWithRetryOnSession", name=activity_name(name), input=input, retry=policy, sessionId=session
    )


def _orchestration(type: str, name: Any, input: str, **members: Any) -> ScheduledTask[Any]:
    return ScheduledTask(type=type, name=orchestration_name(name), input=input, **members)


def _typed(task: ScheduledTask[T]) -> ScheduledTask[T]:
    # A mark that programs written for the original may look for; the engine does not.
    task["_typed"] = True
    return task


def _id(value: str) -> str:
    return check.text(value, "instance_id")


def _version(value: str | None) -> str | None:
    return check.optional_text(value, "version")
