"""Durable execution: orchestrations that survive crashes, restarts and deployments.

Orchestrations are generators, which yield tasks, or `async def` functions, which await them; activities are functions
that do the work. Their state is in SQLite or PostgreSQL.
"""

from __future__ import annotations

import atexit as _atexit
import os as _os

from duroxide import _native
from duroxide import errors as _errors
from duroxide import payloads as _payloads
from duroxide.aio import AsyncClient
from duroxide.client import Client
from duroxide.context import MAX_KV_KEYS, MAX_KV_VALUE_BYTES, ActivityContext, OrchestrationContext
from duroxide.definitions import Activity, Orchestration, activity, orchestration
from duroxide.errors import (
    ActivityFailed,
    ConfigurationError,
    DuroxideError,
    Failure,
    FailureText,
    FilterError,
    FinalError,
    InstanceEndedError,
    InstanceExistsError,
    InstanceNotFoundError,
    InstanceRunningError,
    LimitError,
    OrchestrationFailed,
    StoreError,
    SubOrchestrationFailed,
    TimedOutError,
)
from duroxide.logging import apply_levels, init_tracing
from duroxide.options import MAX_TAG_NAME_BYTES, MAX_WORKER_TAGS, RuntimeOptions, TagFilter
from duroxide.payloads import set_json_hooks
from duroxide.providers import PostgresEntraOptions, PostgresProvider, Provider, SqliteProvider, open_store
from duroxide.registration import Registration
from duroxide.results import (
    ActivityProgress,
    AwaitedInstance,
    DeleteInstanceResult,
    Event,
    ExecutionInfo,
    Explanation,
    Inconsistency,
    InstanceFilter,
    InstanceInfo,
    InstancePage,
    InstanceSummary,
    InstanceTree,
    LabelValue,
    MetricsSnapshot,
    NodeInfo,
    NodeReference,
    OpenWait,
    OrchestrationResult,
    OrchestrationStatus,
    Problem,
    RewindResult,
    PruneOptions,
    PruneResult,
    QueueDepths,
    SystemMetrics,
    SystemStats,
    Transfer,
    Verification,
    WaitingMessages,
    parse_result,
)
from duroxide.runtime import Runtime
from duroxide.tasks import ScheduledTask

__version__ = "0.1.0"

_native.use_package(
    loads=_payloads.loads,
    dumps=_payloads.dumps,
    failure=_errors.Failure,
    failure_text=_errors.FailureText,
    errors=_errors.BY_NAME,
    orchestration_context=OrchestrationContext._make,
    activity_context=ActivityContext._make,
    describe_error=_errors.describe_error,
)
# After this, at the exit, the log is closed: the module `logging` has asked for that before.
_atexit.register(_native.shut_all_down, 1000)
_os.register_at_fork(after_in_child=_native.forget_all)

# Older names of the original, which programs may still use.
PyRuntimeOptions = RuntimeOptions
PyOrchestrationStatus = OrchestrationStatus
PySystemMetrics = SystemMetrics
PySystemStats = SystemStats
PyQueueDepths = QueueDepths
PyInstanceInfo = InstanceInfo
PyExecutionInfo = ExecutionInfo
PyInstanceTree = InstanceTree
PyDeleteInstanceResult = DeleteInstanceResult
PyPruneOptions = PruneOptions
PyPruneResult = PruneResult
PyInstanceFilter = InstanceFilter
PyEvent = Event
PyMetricsSnapshot = MetricsSnapshot

__all__ = [
    "MAX_KV_KEYS",
    "MAX_KV_VALUE_BYTES",
    "MAX_TAG_NAME_BYTES",
    "MAX_WORKER_TAGS",
    "Activity",
    "ActivityContext",
    "ActivityFailed",
    "ActivityProgress",
    "AsyncClient",
    "AwaitedInstance",
    "Client",
    "ConfigurationError",
    "DeleteInstanceResult",
    "DuroxideError",
    "Event",
    "ExecutionInfo",
    "Explanation",
    "Failure",
    "FailureText",
    "FilterError",
    "FinalError",
    "Inconsistency",
    "InstanceEndedError",
    "InstanceExistsError",
    "InstanceFilter",
    "InstanceInfo",
    "InstanceNotFoundError",
    "InstancePage",
    "InstanceRunningError",
    "InstanceSummary",
    "InstanceTree",
    "LabelValue",
    "LimitError",
    "MetricsSnapshot",
    "NodeInfo",
    "NodeReference",
    "OpenWait",
    "Orchestration",
    "OrchestrationContext",
    "OrchestrationFailed",
    "OrchestrationResult",
    "OrchestrationStatus",
    "PostgresEntraOptions",
    "PostgresProvider",
    "Problem",
    "RewindResult",
    "Provider",
    "PruneOptions",
    "PruneResult",
    "PyDeleteInstanceResult",
    "PyEvent",
    "PyExecutionInfo",
    "PyInstanceFilter",
    "PyInstanceInfo",
    "PyInstanceTree",
    "PyMetricsSnapshot",
    "PyOrchestrationStatus",
    "PyPruneOptions",
    "PyPruneResult",
    "PyQueueDepths",
    "PyRuntimeOptions",
    "PySystemMetrics",
    "PySystemStats",
    "QueueDepths",
    "Registration",
    "Runtime",
    "RuntimeOptions",
    "ScheduledTask",
    "SqliteProvider",
    "StoreError",
    "SubOrchestrationFailed",
    "SystemMetrics",
    "SystemStats",
    "TagFilter",
    "TimedOutError",
    "Transfer",
    "Verification",
    "WaitingMessages",
    "activity",
    "apply_levels",
    "init_tracing",
    "open_store",
    "orchestration",
    "parse_result",
    "set_json_hooks",
]
