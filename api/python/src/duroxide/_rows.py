"""What the native module gives, as results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from duroxide.errors import Failure, OrchestrationFailed
from duroxide.payloads import loads
from duroxide.results import (
    ActivityProgress,
    AwaitedInstance,
    DeleteInstanceResult,
    ExecutionInfo,
    Explanation,
    Inconsistency,
    InstanceInfo,
    InstancePage,
    InstanceSummary,
    MetricsSnapshot,
    NodeInfo,
    NodeReference,
    OpenWait,
    OrchestrationResult,
    Problem,
    QueueDepths,
    SystemMetrics,
    SystemStats,
    Verification,
    WaitingMessages,
)

if TYPE_CHECKING:
    from duroxide._native import (
        ActivityRow,
        Deleted,
        ExecutionRow,
        ExplanationRow,
        InstanceInfoRow,
        InstanceRow,
        NodeReferenceRow,
        NodeRow,
        OpenWaitRow,
        OtherInstanceRow,
        ProblemRow,
        StatusRow,
    )

_STATUSES = {
    "not_found": "NotFound",
    "pending": "Running",
    "running": "Running",
    "completed": "Completed",
    "failed": "Failed",
    "cancelled": "Failed",
    "continued_as_new": "ContinuedAsNew",
}


def status_word(status: str) -> str:
    return _STATUSES.get(status, status)


def native_statuses(word: str) -> list[str]:
    """The statuses that an instance has when it is shown with this word; none for a word that no instance has."""
    return [native for native, shown in _STATUSES.items() if shown == word and native not in _NO_INSTANCE]


_NO_INSTANCE = ("not_found", "continued_as_new")


def error_text(status: str, failure: Failure | None) -> str | None:
    if failure is None:
        return None
    return f"canceled: {failure.message}" if status == "cancelled" else failure.message


def orchestration_result(row: StatusRow) -> OrchestrationResult:
    instance, status, orchestration, version, execution, output, failure, custom_status, changes, labels = row
    made = OrchestrationResult.__new__(OrchestrationResult)
    # The __init__ of a frozen dataclass sets field by field with object.__setattr__: five times the instructions.
    vars(made).update(
        status=status_word(status),
        output=None if output is None else loads(output),
        error=error_text(status, failure),
        custom_status=custom_status,
        custom_status_version=changes,
        failure=failure,
        instance_id=instance,
        orchestration_name=orchestration,
        orchestration_version=version,
        execution_id=execution,
        labels=labels,
    )
    return made


def output_or_raise(row: StatusRow) -> Any:
    result = orchestration_result(row)
    if result.status != "Failed":
        return result.output
    text = result.error or "Orchestration failed"
    raise OrchestrationFailed(text if result.failure is None else replace(result.failure, message=text))


def activity_progress(rows: Iterable[ActivityRow]) -> list[ActivityProgress]:
    return [
        ActivityProgress(
            event_id=row["event_id"],
            execution_id=row["execution"],
            name=row["name"],
            tag=row["tag"],
            session_id=row["session"],
            attempt=row["attempt"],
            progress=None if row["progress"] is None else loads(row["progress"]),
            progress_at=row["progress_at"],
        )
        for row in rows
    ]


def _summary(row: InstanceRow) -> InstanceSummary:
    return InstanceSummary(
        instance_id=row["instance"],
        orchestration_name=row["orchestration"],
        orchestration_version=row["version"],
        status=status_word(row["status"]),
        execution_id=row["execution"],
        parent_instance_id=row["parent"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        labels=row["labels"],
        unreadable=row["unreadable"],
    )


def instance_page(rows: Iterable[InstanceRow], cursor: str) -> InstancePage:
    return InstancePage([_summary(row) for row in rows], cursor)


def instance_info(row: InstanceInfoRow) -> InstanceInfo:
    return InstanceInfo(
        instance_id=row["instance"],
        orchestration_name=row["orchestration"],
        orchestration_version=row["version"],
        current_execution_id=row["execution"],
        status=status_word(row["status"]),
        output=row["output"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        parent_instance_id=row["parent"],
        input=row["input"],
        error=error_text(row["status"], row["failure"]),
        failure=row["failure"],
        custom_status=row["custom_status"],
        labels=row["labels"],
    )


def execution_info(row: ExecutionRow) -> ExecutionInfo:
    return ExecutionInfo(
        execution_id=row["execution"],
        status=status_word(row["status"]),
        output=row["output"],
        started_at=row["started_at"],
        completed_at=row["ended_at"],
        event_count=row["event_count"],
        input=row["input"],
        error=error_text(row["status"], row["failure"]),
        failure=row["failure"],
    )


def system_metrics(counts: Mapping[str, int]) -> SystemMetrics:
    return SystemMetrics(
        total_instances=counts["instances"],
        total_executions=counts["executions"],
        running_instances=counts["pending"] + counts["running"],
        completed_instances=counts["completed"],
        failed_instances=counts["failed"] + counts["cancelled"],
        total_events=counts["events"],
    )


def system_stats(counts: Mapping[str, int] | None) -> SystemStats | None:
    if counts is None:
        return None
    return SystemStats(
        history_event_count=counts["history_events"],
        history_size_bytes=counts["history_bytes"],
        queue_pending_count=counts["queued_messages"],
        kv_user_key_count=counts["kv_keys"],
        kv_total_value_bytes=counts["kv_bytes"],
    )


def queue_depths(counts: Mapping[str, int]) -> QueueDepths:
    return QueueDepths(
        orchestrator_queue=counts["messages"] + counts["later_messages"],
        worker_queue=counts["activities_waiting"] + counts["activities_taken"],
        timer_queue=counts["timers"],
    )


def deletion(row: Deleted) -> DeleteInstanceResult:
    return DeleteInstanceResult(
        instances_deleted=row["instances"],
        executions_deleted=row["executions"],
        events_deleted=row["events"],
        queue_messages_deleted=row["messages"] + row["activities"],
    )


def problem(row: ProblemRow) -> Problem:
    return Problem(**row)


def _node_reference(row: NodeReferenceRow | None) -> NodeReference | None:
    return None if row is None else NodeReference(**row)


def _awaited_instance(row: OtherInstanceRow | None) -> AwaitedInstance | None:
    if row is None:
        return None
    found = row["problem"]
    return AwaitedInstance(
        instance_id=row["instance_id"],
        status=status_word(row["status"]),
        state=row["state"],
        problem=None if found is None else problem(found),
    )


def _open_wait(row: OpenWaitRow) -> OpenWait:
    return OpenWait(
        kind=row["kind"],
        event_id=row["event_id"],
        name=row["name"],
        since=row["since"],
        blocked_by=row["blocked_by"],
        text=row["text"],
        due=row["due"],
        tag=row["tag"],
        session=row["session"],
        attempt=row["attempt"],
        last_error=row["last_error"],
        node=_node_reference(row["node"]),
        messages=row["messages"],
        instance=_awaited_instance(row["instance"]),
    )


def explanation(row: ExplanationRow) -> Explanation:
    found = row["problem"]
    return Explanation(
        instance_id=row["instance_id"],
        orchestration_name=row["orchestration_name"],
        orchestration_version=row["orchestration_version"],
        status=status_word(row["status"]),
        execution_id=row["execution_id"],
        state=row["state"],
        since=row["since"],
        starts_at=row["starts_at"],
        parent_instance_id=row["parent_instance_id"],
        owner=_node_reference(row["owner"]),
        problem=None if found is None else problem(found),
        waits=[_open_wait(each) for each in row["waits"]],
        inbox=[WaitingMessages(**each) for each in row["inbox"]],
        unreadable=row["unreadable"],
    )


def node(row: NodeRow) -> NodeInfo:
    return NodeInfo(**row)


def inconsistencies(found: Iterable[tuple[str, str]]) -> list[Inconsistency]:
    return [Inconsistency(instance, what) for instance, what in found]


def verification(row: Mapping[str, Any]) -> Verification:
    return Verification(
        instances=row["instances"],
        executions=row["executions"],
        events=row["events"],
        inconsistencies=row["inconsistencies"],
        first=inconsistencies(row["first"]),
    )


def metrics_snapshot(row: Mapping[str, Any]) -> MetricsSnapshot:
    orchestrations, activities = row["orchestrations"], row["activities"]

    def orch(*names: str) -> int:
        return _total(orchestrations, names)

    def act(*names: str) -> int:
        return _total(activities, names)

    failed = ("failed_configuration", "failed_infrastructure", "failed_poison")
    return MetricsSnapshot(
        orch_starts=orch("started"),
        orch_completions=orch("completed"),
        orch_failures=orch("failed_application", "cancelled", *failed),
        orch_application_errors=orch("failed_application", "cancelled"),
        orch_infrastructure_errors=orch("failed_infrastructure"),
        orch_configuration_errors=orch("failed_configuration"),
        orch_poison=orch("failed_poison"),
        activity_success=act("succeeded"),
        activity_app_errors=act("failed"),
        activity_infra_errors=0,
        activity_config_errors=0,
        activity_poison=act("poisoned"),
        orch_dispatcher_items_fetched=orch("turns"),
        worker_dispatcher_items_fetched=act("succeeded", "failed", "cancelled", "poisoned"),
        orch_continue_as_new=orch("continued_as_new"),
        suborchestration_calls=orch("sub_orchestrations"),
        provider_errors=row["store_errors"],
        orchestrations=list(orchestrations),
        activities=list(activities),
        gauges={name: value for name, value in row.items() if name not in ("orchestrations", "activities")},
    )


def _total(counted: Sequence[Mapping[str, Any]], names: Iterable[str]) -> int:
    return sum(int(each[name]) for name in names for each in counted)
