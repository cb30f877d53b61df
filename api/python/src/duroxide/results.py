"""What a client gives: values that can be printed and compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Union

from duroxide import _arguments as check
from duroxide.errors import DuroxideError, Failure, FailureText

# What a label is; a number is read as a float, a time as a datetime in UTC, to the millisecond.
LabelValue = Union[str, float, bool, datetime]


@dataclass(frozen=True)
class OrchestrationResult:
    """The state of an instance. `status` is NotFound, Running, Completed or Failed."""

    status: str
    output: Any = None  # if Completed
    error: str | None = None  # if Failed; "canceled: REASON" if it was cancelled
    custom_status: str | None = None
    custom_status_version: int = 0  # grows with each change of the custom status
    failure: Failure | None = field(default=None, kw_only=True)  # `error` with all that is known of it
    instance_id: str = field(default="", kw_only=True)
    orchestration_name: str = field(default="", kw_only=True)
    orchestration_version: str = field(default="", kw_only=True)
    execution_id: int = field(default=0, kw_only=True)  # 1, and one more with each continue-as-new
    labels: dict[str, LabelValue] = field(default_factory=dict, kw_only=True)


@dataclass(frozen=True)
class OrchestrationStatus:
    """As `OrchestrationResult`, with the output as JSON text."""

    status: str
    output: str | None = None
    error: str | None = None
    custom_status: str | None = None
    custom_status_version: int = 0


@dataclass(frozen=True)
class SystemMetrics:
    """Counts of everything in the store."""

    total_instances: int
    total_executions: int
    running_instances: int
    completed_instances: int
    failed_instances: int  # those that were cancelled included
    total_events: int


@dataclass(frozen=True)
class SystemStats:
    """How large one instance is."""

    history_event_count: int  # of the current execution
    history_size_bytes: int
    queue_pending_count: int  # messages that wait to be dequeued
    kv_user_key_count: int
    kv_total_value_bytes: int


@dataclass(frozen=True)
class QueueDepths:
    """Counts of waiting work."""

    orchestrator_queue: int  # messages for instances
    worker_queue: int  # activities
    timer_queue: int


@dataclass(frozen=True)
class InstanceInfo:
    """An instance. Payloads are JSON text, times milliseconds since the Unix epoch."""

    instance_id: str
    orchestration_name: str
    orchestration_version: str
    current_execution_id: int
    status: str
    output: str | None
    created_at: int
    updated_at: int
    parent_instance_id: str | None
    input: str = field(default="", kw_only=True)  # of the current execution
    error: str | None = field(default=None, kw_only=True)
    failure: Failure | None = field(default=None, kw_only=True)
    custom_status: str | None = field(default=None, kw_only=True)
    labels: dict[str, LabelValue] = field(default_factory=dict, kw_only=True)


@dataclass(frozen=True)
class ExecutionInfo:
    """An execution of an instance. Payloads are JSON text, times milliseconds since the Unix epoch."""

    execution_id: int
    status: str  # also ContinuedAsNew
    output: str | None  # if it continued as new: the next input
    started_at: int
    completed_at: int | None
    event_count: int
    input: str = field(default="", kw_only=True)
    error: str | None = field(default=None, kw_only=True)
    failure: Failure | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class InstanceTree:
    """An instance and all its descendants, each after its parent."""

    root_id: str
    all_ids: list[str]
    size: int


@dataclass(frozen=True)
class DeleteInstanceResult:
    instances_deleted: int
    executions_deleted: int
    events_deleted: int
    queue_messages_deleted: int  # messages for instances and waiting activities


@dataclass(frozen=True)
class PruneOptions:
    """Which executions are removed: all but the last `keep_last`, and only those that ended before `completed_before`
    (milliseconds since the Unix epoch); both hold if both are given. The current execution always stays."""

    keep_last: int | None = None  # None: 1
    completed_before: int | None = None

    def __post_init__(self) -> None:
        check.optional_whole(self.keep_last, "keep_last")
        check.optional_whole(self.completed_before, "completed_before")


@dataclass(frozen=True)
class PruneResult:
    instances_processed: int
    executions_deleted: int
    events_deleted: int


@dataclass(frozen=True)
class InstanceFilter:
    """Selects instances; all that is given must hold. An empty list of ids selects nothing. `completed_before` is in
    milliseconds since the Unix epoch; `limit` None means 1000."""

    instance_ids: Sequence[str] | None = None
    completed_before: int | None = None
    limit: int | None = None

    def __post_init__(self) -> None:
        if self.instance_ids is not None:
            check.texts(self.instance_ids, "instance_ids")
        check.optional_whole(self.completed_before, "completed_before")
        check.optional_whole(self.limit, "limit")


@dataclass(frozen=True)
class Event:
    """One line of an execution's history. `data` is JSON text."""

    event_id: int  # 1, 2, ... within the execution
    kind: str  # OrchestrationStarted, ActivityScheduled, ...
    source_event_id: int | None  # of a completion: the event that asked for it
    timestamp_ms: int  # since the Unix epoch
    data: str | None


# -- beyond the API of the original --------------------------------------------------


@dataclass(frozen=True)
class ActivityProgress:
    """An activity that has not ended."""

    event_id: int
    execution_id: int
    name: str
    tag: str | None
    session_id: str | None
    attempt: int  # of its retry policy, from 1
    progress: Any  # what its last heartbeat said; None: nothing
    progress_at: int | None  # milliseconds since the Unix epoch


@dataclass(frozen=True)
class InstanceSummary:
    """An instance as a list shows it, without its payloads. Times are milliseconds since the Unix epoch."""

    instance_id: str
    orchestration_name: str
    orchestration_version: str
    status: str
    execution_id: int
    parent_instance_id: str | None
    created_at: int
    updated_at: int
    labels: dict[str, LabelValue]
    unreadable: str  # which columns of its row cannot be read, and why; empty: all can be


@dataclass(frozen=True)
class InstancePage:
    instances: list[InstanceSummary]
    cursor: str  # where the next page begins; empty: this is the last one


@dataclass(frozen=True)
class Problem:
    """Why an instance does not go on: it is tried again and again, or it is paused. `since` is in milliseconds since the
    Unix epoch."""

    instance_id: str
    kind: str  # mismatch, not_registered, cannot_load, refused, paused
    since: int  # of problems of this kind
    detail: str


@dataclass(frozen=True)
class RewindResult:
    """What a rewind has done: `event_id` is the first event that does not count any more; `instance_ids` are those that
    go back, the instance first."""

    execution_id: int
    event_id: int
    instance_ids: list[str]


@dataclass(frozen=True)
class NodeReference:
    """A process of the store. `lives`: as far as can be seen from outside, it is there."""

    node: int
    name: str
    lives: bool


@dataclass(frozen=True)
class AwaitedInstance:
    """The child, or the durable actor, that an instance waits for."""

    instance_id: str
    status: str  # NotFound, Running, Completed or Failed
    state: str  # as in Explanation
    problem: Problem | None


@dataclass(frozen=True)
class OpenWait:
    """One thing that an instance waits for. Times are milliseconds since the Unix epoch. `blocked_by` is worker_running,
    worker_has_it, unclaimed, no_node_offers, session_elsewhere, retry_pause, timer, event, queue, child, answer,
    undelivered, no_living_node, missing, stalled or paused; `text` says it for people."""

    kind: str  # activity, timer, event, queue, child, answer
    event_id: int
    name: str
    since: int
    blocked_by: str
    text: str
    due: int | None  # of a timer, or the next attempt of an activity
    tag: str | None
    session: str | None
    attempt: int  # of a retry policy: the one that is under way, or has failed last
    last_error: Failure | None
    node: NodeReference | None  # that has the activity, or its session
    messages: int  # in the queue
    instance: AwaitedInstance | None


@dataclass(frozen=True)
class WaitingMessages:
    """Messages of an inbox that no turn has taken."""

    kind: str
    name: str
    count: int
    oldest: int  # milliseconds since the Unix epoch


@dataclass(frozen=True)
class Explanation:
    """What an instance waits for, and why it does not go on, as the store shows it at one moment."""

    instance_id: str
    orchestration_name: str
    orchestration_version: str
    status: str  # Running, Completed or Failed
    execution_id: int
    state: str  # not_started, active, stalled, paused, ended
    since: int  # milliseconds since the Unix epoch, as the next one
    starts_at: int | None  # not_started: not before
    parent_instance_id: str | None
    owner: NodeReference | None  # the process that runs it; none: no living one owns it
    problem: Problem | None
    waits: list[OpenWait]
    inbox: list[WaitingMessages]
    unreadable: str  # which columns of its row cannot be read, and why; empty: all can be


@dataclass(frozen=True)
class NodeInfo:
    """A process that runs, or ran, a runtime on the store. Times are milliseconds since the Unix epoch."""

    node: int
    name: str
    state: str  # alive, left, dead
    started_at: int
    last_seen_at: int
    orchestrations: list[str]  # "Name@1.2.3", one for each version
    activities: list[str]
    shards: list[int]
    resident_instances: int
    queued_activities: int
    running_activities: int
    unreadable: str


@dataclass(frozen=True)
class Transfer:
    """What an export file holds."""

    instances: int
    executions: int
    history_rows: int
    kv_values: int
    messages: int
    activities: int
    actors: int
    answers: int
    problems: int


@dataclass(frozen=True)
class Inconsistency:
    instance_id: str
    what: str


@dataclass(frozen=True)
class Verification:
    """What was read through, and what is wrong."""

    instances: int
    executions: int
    events: int
    inconsistencies: int  # all that were found
    first: list[Inconsistency]  # of them, 1000 at most


@dataclass(frozen=True)
class MetricsSnapshot:
    """What a runtime has counted since it started. Everything is counted once."""

    orch_starts: int
    orch_completions: int
    orch_failures: int  # those that were cancelled included
    orch_application_errors: int
    orch_infrastructure_errors: int
    orch_configuration_errors: int
    orch_poison: int
    activity_success: int
    activity_app_errors: int
    activity_infra_errors: int
    activity_config_errors: int
    activity_poison: int
    orch_dispatcher_items_fetched: int  # turns
    worker_dispatcher_items_fetched: int  # runs of activities
    orch_continue_as_new: int
    suborchestration_calls: int
    provider_errors: int
    # For each version of each orchestration, and for each activity: its name, its counts, its durations.
    orchestrations: list[dict[str, Any]] = field(default_factory=list, kw_only=True)
    activities: list[dict[str, Any]] = field(default_factory=list, kw_only=True)
    # What there is now (resident_instances, queued_activities, ...), and the counts of the journal.
    gauges: dict[str, Any] = field(default_factory=dict, kw_only=True)


def parse_result(result: Any) -> Any:
    """Unwraps what `all` and `settle` give: of a list, each `{"ok": v}` becomes v and all else stays; a dict with `ok`
    becomes its value; a dict with `err` raises it; anything else stays as it is."""
    if isinstance(result, list):
        return [each["ok"] if isinstance(each, dict) and "ok" in each else each for each in result]
    if isinstance(result, dict):
        if "ok" in result:
            return result["ok"]
        if "err" in result:
            failed = result["err"]
            raise DuroxideError(failed.failure) if isinstance(failed, FailureText) else Exception(failed)
    return result
