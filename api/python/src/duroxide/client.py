"""The client: starts orchestrations, waits for them, sends them events; and administration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar, overload

from duroxide import _administration as administration
from duroxide import _native
from duroxide import _operations as operations
from duroxide._administration import AdminOperation, Path
from duroxide._operations import Operation
from duroxide.definitions import Orchestration
from duroxide.providers import Provider, store_of
from duroxide.results import (
    ActivityProgress,
    DeleteInstanceResult,
    Event,
    ExecutionInfo,
    Explanation,
    Inconsistency,
    InstanceFilter,
    InstanceInfo,
    InstancePage,
    InstanceTree,
    LabelValue,
    NodeInfo,
    OrchestrationResult,
    Problem,
    RewindResult,
    PruneOptions,
    PruneResult,
    QueueDepths,
    SystemMetrics,
    SystemStats,
    Transfer,
    Verification,
)

I = TypeVar("I")  # noqa: E741  (input)
R = TypeVar("R")


class Client:
    """Works on a store, by a runtime of this process if there is one on it. Any thread may use it; every method blocks,
    and Ctrl-C ends it. Inputs, events and results are what JSON can hold. Times are milliseconds, points in time since
    the Unix epoch.

    Besides what a method says, each raises TypeError and ValueError for wrong arguments, and StoreError if the store
    cannot do it now.
    """

    def __init__(self, provider: Provider) -> None:
        self._native = _native.Client(store_of(provider))

    @classmethod
    def _of(cls, native: _native.Client) -> Client:
        made = cls.__new__(cls)
        made._native = native
        return made

    def _run(self, operation: Operation[R]) -> R:
        name, arguments, result = operation
        return result(getattr(self._native, name)(*arguments))

    def _administer(self, operation: AdminOperation[R]) -> R:
        return operation(self._native.admin())

    # -- starting ------------------------------------------------------------------------

    @overload
    def start_orchestration(
        self,
        instance_id: str,
        name: Orchestration[I, Any],
        input: I,
        *,
        version: str | None = None,
        delay_ms: int | timedelta = 0,
        labels: Mapping[str, LabelValue] | None = None,
        if_exists: str = "use",
    ) -> bool: ...
    @overload
    def start_orchestration(
        self,
        instance_id: str,
        name: str | Orchestration[None, Any],
        input: None = None,
        *,
        version: str | None = None,
        delay_ms: int | timedelta = 0,
        labels: Mapping[str, LabelValue] | None = None,
        if_exists: str = "use",
    ) -> bool: ...
    @overload
    def start_orchestration(
        self,
        instance_id: str,
        name: str,
        input: Any = None,
        *,
        version: str | None = None,
        delay_ms: int | timedelta = 0,
        labels: Mapping[str, LabelValue] | None = None,
        if_exists: str = "use",
    ) -> bool: ...
    def start_orchestration(
        self,
        instance_id: str,
        name: Any,
        input: Any = None,
        *,
        version: str | None = None,
        delay_ms: int | timedelta = 0,
        labels: Mapping[str, LabelValue] | None = None,
        if_exists: str = "use",
    ) -> bool:
        """Starts an orchestration, of this version or of the one that the policy chooses, the latest; after `delay_ms`,
        or a timedelta. Whether it was started: if the instance exists, `if_exists` decides: "use" lets it be, "fail"
        raises InstanceExistsError, "replace_terminal" starts anew one that has ended."""
        return self._run(operations.start(instance_id, name, input, version, delay_ms, labels, if_exists))

    def start_orchestration_versioned(
        self, instance_id: str, name: str | Orchestration[Any, Any], input: Any, version: str
    ) -> bool:
        """As `start_orchestration`, of this version."""
        return self._run(operations.start_versioned(instance_id, name, input, version))

    start_orchestration_typed = start_orchestration
    start_orchestration_versioned_typed = start_orchestration_versioned

    # -- waiting -------------------------------------------------------------------------
    # timeout_ms None: without limit. When the time is up, TimedOutError is raised, which is a TimeoutError.

    def get_status(self, instance_id: str) -> OrchestrationResult:
        """The state of an instance; of an unknown one, the status NotFound."""
        return self._run(operations.status(instance_id))

    def wait_for_orchestration(self, instance_id: str, timeout_ms: int | None = 30000) -> OrchestrationResult:
        """Waits for the end of an instance, and for its start if there is none yet. The status is Completed or
        Failed."""
        return self._run(operations.wait(instance_id, timeout_ms))

    def wait_for_orchestration_typed(self, instance_id: str, timeout_ms: int | None = 30000) -> Any:
        """Waits for the end of an instance, and gives its output. Raises OrchestrationFailed if it failed."""
        return self._run(operations.wait_for_output(instance_id, timeout_ms))

    def wait_for_status_change(
        self,
        instance_id: str,
        last_seen_version: int = 0,
        poll_interval_ms: int = 200,
        timeout_ms: int | None = 30000,
    ) -> OrchestrationResult:
        """Waits for a custom status with a version above `last_seen_version`, or for the end of the instance.
        `poll_interval_ms` has no effect: nothing is polled."""
        return self._run(
            operations.wait_for_status_change(instance_id, last_seen_version, poll_interval_ms, timeout_ms)
        )

    # -- the key-value store of an instance ----------------------------------------------

    def get_kv_value(self, instance_id: str, key: str) -> str | None:
        """The text of this key, None if there is none. A value that is no text is given as JSON text."""
        return self._run(operations.kv_value(instance_id, key))

    def get_kv_value_typed(self, instance_id: str, key: str) -> Any:
        """The value of this key, None if there is none. Raises json.JSONDecodeError for a text that is not JSON."""
        return self._run(operations.kv_value_typed(instance_id, key))

    def get_kv_all_values(self, instance_id: str) -> dict[str, str]:
        """The texts of all keys."""
        return self._run(operations.kv_values(instance_id))

    def wait_for_kv_value(self, instance_id: str, key: str, timeout_ms: int | None = 30000) -> str:
        """Waits until this key has a value, and gives its text."""
        return self._run(operations.wait_for_kv_value(instance_id, key, timeout_ms))

    def wait_for_kv_value_typed(self, instance_id: str, key: str, timeout_ms: int | None = 30000) -> Any:
        """As `wait_for_kv_value`; gives the value, as `get_kv_value_typed`."""
        return self._run(operations.wait_for_kv_value_typed(instance_id, key, timeout_ms))

    # -- events and cancellation ---------------------------------------------------------

    def raise_event(self, instance_id: str, event_name: str, data: Any = None) -> None:
        """Raises an event, for an instance that waits for it. Raises InstanceNotFoundError; an instance that has ended
        ignores it."""
        self._run(operations.raise_event(instance_id, event_name, data))

    def enqueue_event(self, instance_id: str, queue_name: str, data: Any = None) -> None:
        """Adds a message to a queue of the instance, where it stays until it is dequeued. Raises InstanceNotFoundError;
        an instance that has ended ignores it."""
        self._run(operations.enqueue_event(instance_id, queue_name, data))

    raise_event_typed = raise_event
    enqueue_event_typed = enqueue_event

    def cancel_instance(self, instance_id: str, reason: str | None = None) -> None:
        """Cancels an instance with its sub-orchestrations; it fails with "canceled: REASON". One that is unknown, or
        has ended, is let be."""
        self._run(operations.cancel(instance_id, reason))

    def terminate_instance(self, instance_id: str, reason: str | None = None) -> None:
        """Ends an instance as failed, with its sub-orchestrations, without its code: it may be stalled or paused. Raises
        InstanceNotFoundError; one that has ended is let be."""
        self._run(operations.terminate(instance_id, reason))

    def pause_instance(self, instance_id: str, reason: str | None = None, *, tree: bool = False) -> None:
        """Has an instance make no more turns until it is resumed: what comes meanwhile waits, in its order, and
        activities that run go on. With `tree`, the sub-orchestrations that it has then are paused as well. Raises
        InstanceNotFoundError; an instance that has ended ignores it."""
        self._run(operations.pause(instance_id, reason, tree))

    def resume_instance(self, instance_id: str, *, tree: bool = False) -> None:
        """Lets a paused instance go on. Raises InstanceNotFoundError; one that is not paused is let be."""
        self._run(operations.resume(instance_id, tree))

    def set_label(self, instance_id: str, name: str, value: LabelValue) -> None:
        """Sets a label of an instance: a str, a number, a bool, or a datetime with a time zone. It takes effect with
        the next turn of the instance; the one that is set last wins. Raises InstanceNotFoundError; an instance that has
        ended ignores it."""
        self._run(operations.set_label(instance_id, name, value))

    def clear_label(self, instance_id: str, name: str) -> None:
        """Removes a label, as `set_label` sets one."""
        self._run(operations.clear_label(instance_id, name))

    def get_activities(self, instance_id: str) -> list[ActivityProgress]:
        """The activities of an instance that have not ended, with what their last heartbeats said."""
        return self._run(operations.activities(instance_id))

    # -- looking -------------------------------------------------------------------------

    def get_system_metrics(self) -> SystemMetrics:
        """Counts of everything. Reads whole tables."""
        return self._administer(administration.system_metrics)

    def get_orchestration_stats(self, instance_id: str) -> SystemStats | None:
        """How large an instance is; None if it is unknown."""
        return self._administer(administration.orchestration_stats(instance_id))

    def get_queue_depths(self) -> QueueDepths:
        """Counts of waiting work."""
        return self._administer(administration.queue_depths)

    def list_all_instances(self) -> list[str]:
        """The ids of all instances, the newest first."""
        return self._administer(administration.all_ids)

    def list_instances_by_status(self, status: str) -> list[str]:
        """The ids of the instances with this status, Running, Completed or Failed, the newest first; none for any other
        text."""
        return self._administer(administration.ids_by_status(status))

    def list_instances(
        self,
        filter: str | None = None,
        *,
        statuses: Sequence[str] | None = None,
        orchestration: str | None = None,
        id_prefix: str | None = None,
        ids: Sequence[str] | None = None,
        parent: str | None = None,
        roots_only: bool = False,
        label: tuple[str, str] | None = None,
        created_from: int | None = None,
        created_before: int | None = None,
        updated_from: int | None = None,
        updated_before: int | None = None,
        order: str = "created",
        descending: bool = True,
        limit: int = 100,
        cursor: str = "",
    ) -> InstancePage:
        """A page of the instances that a filter lets through, as "state = stalled and amount > 100 order by id", which
        alone says all but `limit` and `cursor`; raises FilterError. Or, without it, of those for which all holds that is
        given: `statuses` (Running, Completed, Failed), times with from <= time < before; `order` is created, id or
        updated (slow on a large store). `limit` is at most 10 000; `cursor` that of the page before."""
        return self._administer(
            administration.list_instances(
                order,
                descending,
                limit,
                cursor,
                filter,
                statuses=statuses,
                orchestration=orchestration,
                id_prefix=id_prefix,
                ids=ids,
                parent=parent,
                roots_only=roots_only,
                label=label,
                created_from=created_from,
                created_before=created_before,
                updated_from=updated_from,
                updated_before=updated_before,
            )
        )

    @overload
    def count_instances(self, filter: str = "") -> int: ...
    @overload
    def count_instances(self, filter: str, by: str) -> dict[str | None, int]: ...
    @overload
    def count_instances(self, filter: str = "", *, by: str) -> dict[str | None, int]: ...
    def count_instances(self, filter: str = "", by: str | None = None) -> int | dict[str | None, int]:
        """How many instances a filter lets through; or, `by` a field (orchestration, version, status, state, problem,
        parent) or a label, how many have which value, the largest first, 10 000 of them at most. None: those that have
        none. Reads all that the filter lets through. Raises FilterError."""
        return self._administer(administration.count_instances(filter, by))

    def get_instance_info(self, instance_id: str) -> InstanceInfo:
        """An instance, with its payloads as JSON text. Raises InstanceNotFoundError."""
        return self._administer(administration.instance_info(instance_id))

    def get_execution_info(self, instance_id: str, execution_id: int) -> ExecutionInfo:
        """An execution, with its payloads as JSON text. Raises InstanceNotFoundError, also if it was pruned."""
        return self._administer(administration.execution_info(instance_id, execution_id))

    def list_executions(self, instance_id: str) -> list[int]:
        """The ids of the executions, in order; the first is 1. Raises InstanceNotFoundError."""
        return self._administer(administration.executions(instance_id))

    def read_execution_history(self, instance_id: str, execution_id: int) -> list[Event]:
        """The events of an execution, in order; 0: the current one. Raises InstanceNotFoundError."""
        return self._administer(administration.history(instance_id, execution_id))

    def get_instance_tree(self, instance_id: str) -> InstanceTree:
        """The instance and all its descendants. Raises InstanceNotFoundError."""
        return self._administer(administration.instance_tree(instance_id))

    def list_problems(
        self, kind: str | None = None, instance_id: str | None = None, limit: int = 1000
    ) -> list[Problem]:
        """Instances that do not go on, and why, the oldest problem first: of one kind (mismatch, not_registered,
        cannot_load, refused, paused), or of one instance, or all; at most `limit`, 1 to 10 000."""
        return self._administer(administration.problems(kind, instance_id, limit))

    def explain(self, instance_id: str) -> Explanation:
        """What an instance waits for, and why it does not go on, as the store shows it. Raises
        InstanceNotFoundError."""
        return self._administer(administration.explain(instance_id))

    def list_nodes(self, ended: int = 10) -> list[NodeInfo]:
        """The processes whose runtimes work on the store, and the last `ended` ones that left or died."""
        return self._administer(administration.nodes(ended))

    # -- rewinding -----------------------------------------------------------------------

    def rewind_instance(
        self,
        instance_id: str,
        event_id: int | None = None,
        *,
        reason: str | None = None,
        version: str | None = None,
        drop_messages: bool = False,
        preview: bool = False,
    ) -> RewindResult:
        """Sends an instance, ended or not, back to before its last failure, and lets it run on from there: what failed
        runs again, with the same activity id, nothing that succeeded does, and sub-orchestrations that failed with it go
        back too. With `event_id`, before that event, which must be something that arrived. Events and messages that came
        behind that point come again, unless `drop_messages`. With `version` it goes on in that one. `preview`: only says
        what would be done. Returns when the request is durable. Raises InstanceNotFoundError, and DuroxideError if it
        cannot be rewound there."""
        return self._administer(
            administration.rewind(instance_id, event_id, reason, version, drop_messages, preview)
        )

    def restart_instance(
        self,
        instance_id: str,
        input: Any = administration.KEPT,
        *,
        reason: str | None = None,
        version: str | None = None,
        drop_messages: bool = False,
    ) -> RewindResult:
        """Lets the current execution of an instance, ended or not, begin anew, with the input that it had or another one.
        The rest is as for rewind_instance."""
        return self._administer(administration.restart(instance_id, input, reason, version, drop_messages))

    # -- deleting ------------------------------------------------------------------------

    def delete_instance(self, instance_id: str, force: bool = False) -> DeleteInstanceResult:
        """Deletes an instance that has ended, with its sub-orchestrations. With `force`, running ones are cancelled,
        given a moment to end, and deleted. Raises InstanceNotFoundError, InstanceRunningError, and DuroxideError for a
        sub-orchestration."""
        return self._administer(administration.delete_instance(instance_id, force))

    def delete_instance_bulk(self, filter: InstanceFilter | None = None) -> DeleteInstanceResult:
        """Deletes root instances that have ended and that the filter selects, the oldest first, each with its
        sub-orchestrations. None: all that have ended, at most 1000."""
        return self._administer(administration.delete_instances(filter))

    def prune_executions(self, instance_id: str, options: PruneOptions | None = None) -> PruneResult:
        """Deletes executions that have ended, never the current one. None: all but the current one. Raises
        InstanceNotFoundError."""
        return self._administer(administration.prune_executions(instance_id, options))

    def prune_executions_bulk(
        self, filter: InstanceFilter | None = None, options: PruneOptions | None = None
    ) -> PruneResult:
        """As `prune_executions`, for all instances that the filter selects, running ones too, at most 1000 unless it
        says otherwise."""
        return self._administer(administration.prune_many(filter, options))

    # -- export, import, verification ----------------------------------------------------

    def export_instances(self, file: Path, root_id: str | None = None) -> Transfer:
        """Writes instances to a file, as they are at one moment: one root with its descendants, or everything. Raises
        ConfigurationError for a file that cannot be written, InstanceNotFoundError."""
        return self._administer(administration.export_instances(file, root_id))

    def import_instances(self, file: Path) -> Transfer:
        """Adds the instances of such a file to this store, all or nothing. Raises ConfigurationError for a file that is
        not complete, or an instance that exists; StoreError while a runtime works on the store."""
        return self._administer(administration.import_instances(file))

    def compare_instances(self, file: Path, limit: int = 100) -> list[Inconsistency]:
        """How the instances of such a file differ from those of this store, at most `limit` differences."""
        return self._administer(administration.compare_instances(file, limit))

    def verify(self) -> Verification:
        """Reads through the whole store, and reports what cannot be right. Changes nothing."""
        return self._administer(administration.verify)
