"""The client for asyncio: waits cost neither a thread nor polling."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar, overload
from weakref import WeakKeyDictionary, WeakSet

from duroxide import _administration as administration
from duroxide import _native
from duroxide import _operations as operations
from duroxide._administration import AdminOperation, Path
from duroxide._operations import Operation
from duroxide.client import Client
from duroxide.definitions import Orchestration
from duroxide.errors import DuroxideError, Failure
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


# How answers reach an event loop: one queue for all clients there, as long as the loop lives.
_QUEUES: WeakKeyDictionary[asyncio.AbstractEventLoop, _native.LoopQueue] = WeakKeyDictionary()


def _queue_of(loop: asyncio.AbstractEventLoop) -> _native.LoopQueue:
    queue = _QUEUES.get(loop)
    if queue is None:
        queue = _QUEUES[loop] = _native.LoopQueue()
        loop.add_reader(queue.fileno(), queue.drain)
    return queue


class AsyncClient:
    """As `Client`, whose methods say what each does; all are coroutines here. It may be used in several event loops,
    one after another or at the same time. When the task that waits is cancelled, the wait ends.

    Close it with `aclose`, or use it in an `async with`: what still waits in that event loop then raises DuroxideError.
    """

    def __init__(self, provider: Provider) -> None:
        self._native = _native.Client(store_of(provider))
        self._waiting: WeakSet[asyncio.Future[Any]] = WeakSet()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Ends what waits in the running event loop."""
        loop = asyncio.get_running_loop()
        for future in list(self._waiting):
            if future.get_loop() is loop and not future.done():
                future.set_exception(DuroxideError(Failure("application", "cancelled", "the client was closed")))

    async def _run(self, operation: Operation[R]) -> R:
        name, arguments, result = operation
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        begin = getattr(self._native, "begin_" + name)
        wait: _native.Wait | None = begin(_queue_of(loop), future, *arguments)
        self._waiting.add(future)
        try:
            return result(await future)
        except BaseException:
            if wait is not None:
                wait.take_back()
            raise

    async def _administer(self, operation: AdminOperation[R]) -> R:
        # These have no form that returns at once: an operator asks rarely.
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(None, lambda: operation(self._native.admin()))

    # -- starting ------------------------------------------------------------------------

    @overload
    async def start_orchestration(
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
    async def start_orchestration(
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
    async def start_orchestration(
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
    async def start_orchestration(
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
        return await self._run(operations.start(instance_id, name, input, version, delay_ms, labels, if_exists))

    async def start_orchestration_versioned(
        self, instance_id: str, name: str | Orchestration[Any, Any], input: Any, version: str
    ) -> bool:
        return await self._run(operations.start_versioned(instance_id, name, input, version))

    start_orchestration_typed = start_orchestration
    start_orchestration_versioned_typed = start_orchestration_versioned

    # -- waiting -------------------------------------------------------------------------

    async def get_status(self, instance_id: str) -> OrchestrationResult:
        return await self._run(operations.status(instance_id))

    async def wait_for_orchestration(self, instance_id: str, timeout_ms: int | None = 30000) -> OrchestrationResult:
        return await self._run(operations.wait(instance_id, timeout_ms))

    async def wait_for_orchestration_typed(self, instance_id: str, timeout_ms: int | None = 30000) -> Any:
        return await self._run(operations.wait_for_output(instance_id, timeout_ms))

    async def wait_for_status_change(
        self,
        instance_id: str,
        last_seen_version: int = 0,
        poll_interval_ms: int = 200,
        timeout_ms: int | None = 30000,
    ) -> OrchestrationResult:
        return await self._run(
            operations.wait_for_status_change(instance_id, last_seen_version, poll_interval_ms, timeout_ms)
        )

    # -- the key-value store of an instance ----------------------------------------------

    async def get_kv_value(self, instance_id: str, key: str) -> str | None:
        return await self._run(operations.kv_value(instance_id, key))

    async def get_kv_value_typed(self, instance_id: str, key: str) -> Any:
        return await self._run(operations.kv_value_typed(instance_id, key))

    async def get_kv_all_values(self, instance_id: str) -> dict[str, str]:
        return await self._run(operations.kv_values(instance_id))

    async def wait_for_kv_value(self, instance_id: str, key: str, timeout_ms: int | None = 30000) -> str:
        return await self._run(operations.wait_for_kv_value(instance_id, key, timeout_ms))

    async def wait_for_kv_value_typed(self, instance_id: str, key: str, timeout_ms: int | None = 30000) -> Any:
        return await self._run(operations.wait_for_kv_value_typed(instance_id, key, timeout_ms))

    # -- events and cancellation ---------------------------------------------------------

    async def raise_event(self, instance_id: str, event_name: str, data: Any = None) -> None:
        await self._run(operations.raise_event(instance_id, event_name, data))

    async def enqueue_event(self, instance_id: str, queue_name: str, data: Any = None) -> None:
        await self._run(operations.enqueue_event(instance_id, queue_name, data))

    raise_event_typed = raise_event
    enqueue_event_typed = enqueue_event

    async def cancel_instance(self, instance_id: str, reason: str | None = None) -> None:
        await self._run(operations.cancel(instance_id, reason))

    async def terminate_instance(self, instance_id: str, reason: str | None = None) -> None:
        await self._run(operations.terminate(instance_id, reason))

    async def pause_instance(self, instance_id: str, reason: str | None = None, *, tree: bool = False) -> None:
        await self._run(operations.pause(instance_id, reason, tree))

    async def resume_instance(self, instance_id: str, *, tree: bool = False) -> None:
        await self._run(operations.resume(instance_id, tree))

    async def set_label(self, instance_id: str, name: str, value: LabelValue) -> None:
        await self._run(operations.set_label(instance_id, name, value))

    async def clear_label(self, instance_id: str, name: str) -> None:
        await self._run(operations.clear_label(instance_id, name))

    async def get_activities(self, instance_id: str) -> list[ActivityProgress]:
        return await self._run(operations.activities(instance_id))

    # -- looking -------------------------------------------------------------------------

    async def get_system_metrics(self) -> SystemMetrics:
        return await self._administer(administration.system_metrics)

    async def get_orchestration_stats(self, instance_id: str) -> SystemStats | None:
        return await self._administer(administration.orchestration_stats(instance_id))

    async def get_queue_depths(self) -> QueueDepths:
        return await self._administer(administration.queue_depths)

    async def list_all_instances(self) -> list[str]:
        return await self._administer(administration.all_ids)

    async def list_instances_by_status(self, status: str) -> list[str]:
        return await self._administer(administration.ids_by_status(status))

    async def list_instances(
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
        return await self._administer(
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
    async def count_instances(self, filter: str = "") -> int: ...
    @overload
    async def count_instances(self, filter: str, by: str) -> dict[str | None, int]: ...
    @overload
    async def count_instances(self, filter: str = "", *, by: str) -> dict[str | None, int]: ...
    async def count_instances(self, filter: str = "", by: str | None = None) -> int | dict[str | None, int]:
        return await self._administer(administration.count_instances(filter, by))

    async def get_instance_info(self, instance_id: str) -> InstanceInfo:
        return await self._administer(administration.instance_info(instance_id))

    async def get_execution_info(self, instance_id: str, execution_id: int) -> ExecutionInfo:
        return await self._administer(administration.execution_info(instance_id, execution_id))

    async def list_executions(self, instance_id: str) -> list[int]:
        return await self._administer(administration.executions(instance_id))

    async def read_execution_history(self, instance_id: str, execution_id: int) -> list[Event]:
        return await self._administer(administration.history(instance_id, execution_id))

    async def get_instance_tree(self, instance_id: str) -> InstanceTree:
        return await self._administer(administration.instance_tree(instance_id))

    async def list_problems(
        self, kind: str | None = None, instance_id: str | None = None, limit: int = 1000
    ) -> list[Problem]:
        return await self._administer(administration.problems(kind, instance_id, limit))

    async def explain(self, instance_id: str) -> Explanation:
        return await self._administer(administration.explain(instance_id))

    async def list_nodes(self, ended: int = 10) -> list[NodeInfo]:
        return await self._administer(administration.nodes(ended))

    # -- rewinding -----------------------------------------------------------------------

    async def rewind_instance(
        self,
        instance_id: str,
        event_id: int | None = None,
        *,
        reason: str | None = None,
        version: str | None = None,
        drop_messages: bool = False,
        preview: bool = False,
    ) -> RewindResult:
        return await self._administer(
            administration.rewind(instance_id, event_id, reason, version, drop_messages, preview)
        )

    async def restart_instance(
        self,
        instance_id: str,
        input: Any = administration.KEPT,
        *,
        reason: str | None = None,
        version: str | None = None,
        drop_messages: bool = False,
    ) -> RewindResult:
        return await self._administer(administration.restart(instance_id, input, reason, version, drop_messages))

    # -- deleting ------------------------------------------------------------------------

    async def delete_instance(self, instance_id: str, force: bool = False) -> DeleteInstanceResult:
        return await self._administer(administration.delete_instance(instance_id, force))

    async def delete_instance_bulk(self, filter: InstanceFilter | None = None) -> DeleteInstanceResult:
        return await self._administer(administration.delete_instances(filter))

    async def prune_executions(self, instance_id: str, options: PruneOptions | None = None) -> PruneResult:
        return await self._administer(administration.prune_executions(instance_id, options))

    async def prune_executions_bulk(
        self, filter: InstanceFilter | None = None, options: PruneOptions | None = None
    ) -> PruneResult:
        return await self._administer(administration.prune_many(filter, options))

    # -- export, import, verification ----------------------------------------------------

    async def export_instances(self, file: Path, root_id: str | None = None) -> Transfer:
        return await self._administer(administration.export_instances(file, root_id))

    async def import_instances(self, file: Path) -> Transfer:
        return await self._administer(administration.import_instances(file))

    async def compare_instances(self, file: Path, limit: int = 100) -> list[Inconsistency]:
        return await self._administer(administration.compare_instances(file, limit))

    async def verify(self) -> Verification:
        return await self._administer(administration.verify)


# What a method does stands in one place.
for _name, _method in vars(AsyncClient).items():
    if not _name.startswith("_") and not _method.__doc__:
        _method.__doc__ = getattr(Client, _name).__doc__
