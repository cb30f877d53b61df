"""The extension module, as the package uses it. Payloads are JSON text; times and delays are whole milliseconds,
times since the Unix epoch; `timeout_ms` None means without limit. Every function that blocks releases the GIL; on the
main thread signals (Ctrl-C) interrupt those of Client, Runtime.shutdown and ActivityState.wait_for_cancellation."""

from asyncio import Future
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

LabelValue = str | float | bool | datetime
NativeLabel = str | float | bool | int  # an int: a time

StatusRow = tuple[
    str,  # the instance
    str,  # not_found, pending, running, completed, failed, cancelled
    str,  # the name of its orchestration
    str,  # the version
    int,  # the execution
    str | None,  # the output as JSON text, if completed
    Any | None,  # a Failure, if failed or cancelled
    str | None,  # the custom status
    int,  # and its version
    dict[str, LabelValue],  # labels
]

class ActivityRow(TypedDict):
    event_id: int
    execution: int
    name: str
    tag: str | None
    session: str | None
    attempt: int
    progress: str | None  # the text of the last heartbeat
    progress_at: int | None

class InstanceRow(TypedDict):
    instance: str
    orchestration: str
    version: str
    status: str
    execution: int
    parent: str | None
    created_at: int
    updated_at: int
    labels: dict[str, LabelValue]
    unreadable: str

class InstanceInfoRow(InstanceRow):
    input: str
    output: str | None
    failure: Any | None
    custom_status: str | None

class ExecutionRow(TypedDict):
    execution: int
    status: str  # also continued_as_new
    started_at: int
    ended_at: int | None
    event_count: int
    input: str
    output: str | None
    failure: Any | None
    unreadable: str

class EventRow(TypedDict):
    id: int
    kind: str  # as in C++: orchestration_started, activity_scheduled, ...
    source: int  # 0: none
    recorded_at: int
    build: str
    name: str
    data: str
    text: str | None
    version: str | None
    instance: str | None
    tag: str | None
    session: str | None
    attempt: int
    due: int | None
    failure: Any | None

class NodeRow(TypedDict):
    node: int
    name: str
    state: str
    started_at: int
    last_seen_at: int
    orchestrations: list[str]
    activities: list[str]
    shards: list[int]
    resident_instances: int
    queued_activities: int
    running_activities: int
    unreadable: str

class ProblemRow(TypedDict):
    instance_id: str
    kind: str
    since: int
    detail: str

class NodeReferenceRow(TypedDict):
    node: int
    name: str
    lives: bool

class OtherInstanceRow(TypedDict):
    instance_id: str
    status: str
    state: str
    problem: ProblemRow | None

class OpenWaitRow(TypedDict):
    kind: str
    event_id: int
    name: str
    since: int
    blocked_by: str
    text: str
    due: int | None
    tag: str | None
    session: str | None
    attempt: int
    last_error: Any | None  # a Failure
    node: NodeReferenceRow | None
    messages: int
    instance: OtherInstanceRow | None

class WaitingMessagesRow(TypedDict):
    kind: str
    name: str
    count: int
    oldest: int

class ExplanationRow(TypedDict):
    instance_id: str
    orchestration_name: str
    orchestration_version: str
    status: str
    execution_id: int
    state: str
    since: int
    starts_at: int | None
    parent_instance_id: str | None
    owner: NodeReferenceRow | None
    problem: ProblemRow | None
    waits: list[OpenWaitRow]
    inbox: list[WaitingMessagesRow]
    unreadable: str

class Filter(TypedDict, total=False):
    statuses: Sequence[str]
    orchestration: str
    id_prefix: str
    ids: Sequence[str]
    parent: str
    roots_only: bool
    label: tuple[str, str]
    created_from: int
    created_before: int
    updated_from: int
    updated_before: int

class Deleted(TypedDict):
    instances: int
    executions: int
    events: int
    messages: int
    activities: int

def use_package(
    *,
    loads: Callable[[str], Any],  # what it cannot read is given as it is
    dumps: Callable[[Any], str],  # raises TypeError or ValueError for what JSON cannot hold
    failure: Callable[[str, str, str, str, bool, str, str], Any],  # category, kind, message, source, retryable, type, stack
    failure_text: Callable[[Any], Any],  # what race gives for a failed branch, from a Failure
    errors: Mapping[str, Callable[[Any], BaseException]],  # by name; called with a Failure
    orchestration_context: Callable[[OrchestrationState, str, int, str, str], Any],  # instance, execution, name, version
    activity_context: Callable[
        [ActivityState, str, int, str, str, str, str, str | None, str | None], Any
    ],  # instance, execution, orchestration, version, activity, worker, session, tag
    describe_error: Callable[[BaseException], tuple[str, str, str, bool]],  # message, type, stack, retryable
) -> None: ...  # an ImportError in a subinterpreter
def shut_all_down(timeout_ms: int) -> None: ...  # every runtime of this process
def forget_all() -> None: ...  # in the child of a fork

class Store:
    @staticmethod
    def sqlite(path: str, survives_power_loss: bool = True, read_only: bool = False) -> Store: ...
    @staticmethod
    def memory() -> Store: ...
    @staticmethod
    def postgres(
        url: str,
        schema: str | None = None,
        password: Callable[[], str] | None = None,  # asked for each connection, on any thread
        suspect_after_ms: int | None = None,
        read_only: bool = False,
    ) -> Store: ...
    @staticmethod
    def open(url: str) -> Store: ...  # sqlite:FILE, sqlite::memory:, postgresql://...[?schema=NAME]

class LoopQueue:
    """Work for one event loop: any thread adds, `fileno` becomes readable, the loop's thread calls `drain`."""

    def fileno(self) -> int: ...
    def drain(self) -> None: ...

class Wait:
    def take_back(self) -> None: ...  # ends the wait; its future gets a DuroxideError of kind cancelled

class Client:
    """Uses a runtime of this process on that store if there is one, else the store. Each function has a form
    `begin_NAME(queue, future, ...)` that returns at once; the future gets what the function would give or raise.
    For wait, wait_for_status_change and wait_for_kv_value it returns a Wait, else None."""

    def __init__(self, store: Store) -> None: ...
    def start(
        self,
        instance: str,
        orchestration: str,
        input: str,
        version: str,  # "": the one that the policy chooses
        delay_ms: int,
        labels: Mapping[str, NativeLabel],
        if_exists: str,  # use, fail, replace_terminal
    ) -> bool: ...  # False: it existed
    def status(self, instance: str) -> StatusRow: ...
    def wait(self, instance: str, timeout_ms: int | None) -> StatusRow: ...  # also for its start
    def wait_for_status_change(self, instance: str, last_seen: int, timeout_ms: int | None) -> StatusRow: ...
    def wait_for_kv_value(self, instance: str, key: str, timeout_ms: int | None) -> str: ...  # JSON text
    def kv_value(self, instance: str, key: str) -> str | None: ...  # JSON text
    def kv_values(self, instance: str) -> dict[str, str]: ...
    def raise_event(self, instance: str, name: str, data: str) -> bool: ...  # False: the instance has ended
    def enqueue_event(self, instance: str, queue: str, data: str) -> bool: ...
    def cancel(self, instance: str, reason: str) -> bool: ...  # False: there is none, or it has ended
    def terminate(self, instance: str, reason: str) -> bool: ...
    def pause(self, instance: str, reason: str, tree: bool) -> bool: ...
    def resume(self, instance: str, tree: bool) -> bool: ...
    def set_label(self, instance: str, name: str, value: NativeLabel) -> bool: ...
    def clear_label(self, instance: str, name: str) -> bool: ...
    def activities(self, instance: str) -> list[ActivityRow]: ...
    def admin(self) -> Admin: ...
    def begin_start(
        self,
        queue: LoopQueue,
        future: Future[Any],
        instance: str,
        orchestration: str,
        input: str,
        version: str,
        delay_ms: int,
        labels: Mapping[str, NativeLabel],
        if_exists: str,
    ) -> None: ...
    def begin_status(self, queue: LoopQueue, future: Future[Any], instance: str) -> None: ...
    def begin_wait(self, queue: LoopQueue, future: Future[Any], instance: str, timeout_ms: int | None) -> Wait: ...
    def begin_wait_for_status_change(
        self, queue: LoopQueue, future: Future[Any], instance: str, last_seen: int, timeout_ms: int | None
    ) -> Wait: ...
    def begin_wait_for_kv_value(
        self, queue: LoopQueue, future: Future[Any], instance: str, key: str, timeout_ms: int | None
    ) -> Wait: ...
    def begin_kv_value(self, queue: LoopQueue, future: Future[Any], instance: str, key: str) -> None: ...
    def begin_kv_values(self, queue: LoopQueue, future: Future[Any], instance: str) -> None: ...
    def begin_raise_event(self, queue: LoopQueue, future: Future[Any], instance: str, name: str, data: str) -> None: ...
    def begin_enqueue_event(
        self, queue: LoopQueue, future: Future[Any], instance: str, queue_name: str, data: str
    ) -> None: ...
    def begin_cancel(self, queue: LoopQueue, future: Future[Any], instance: str, reason: str) -> None: ...
    def begin_terminate(self, queue: LoopQueue, future: Future[Any], instance: str, reason: str) -> None: ...
    def begin_pause(self, queue: LoopQueue, future: Future[Any], instance: str, reason: str, tree: bool) -> None: ...
    def begin_resume(self, queue: LoopQueue, future: Future[Any], instance: str, tree: bool) -> None: ...
    def begin_set_label(
        self, queue: LoopQueue, future: Future[Any], instance: str, name: str, value: NativeLabel
    ) -> None: ...
    def begin_clear_label(self, queue: LoopQueue, future: Future[Any], instance: str, name: str) -> None: ...
    def begin_activities(self, queue: LoopQueue, future: Future[Any], instance: str) -> None: ...

class Admin:
    """All block."""

    def list_instances(
        self, filter: Filter, order: str, descending: bool, limit: int, cursor: str
    ) -> tuple[list[InstanceRow], str]: ...  # order: created, id, updated; the rows, and the next cursor ("": none)
    def find_instances(self, filter: str, limit: int, cursor: str) -> tuple[list[InstanceRow], str]: ...
    def count_instances(self, filter: str, group: str | None) -> list[tuple[str | None, int]]: ...  # None: all, in one
    def instance_info(self, instance: str) -> InstanceInfoRow: ...
    def instance_tree(self, instance: str) -> list[tuple[InstanceRow, int]]: ...  # with the depth, parents first
    def executions(self, instance: str) -> list[ExecutionRow]: ...
    def execution_info(self, instance: str, execution: int) -> ExecutionRow: ...
    def history(self, instance: str, execution: int) -> list[EventRow]: ...  # 0: the current one
    def system_metrics(self) -> dict[str, int]: ...  # the members of duroxide::system_metrics
    def queue_depths(self) -> dict[str, int]: ...  # the members of duroxide::queue_depths
    def instance_statistics(self, instance: str) -> dict[str, int] | None: ...  # duroxide::instance_statistics
    def problems(self, kind: str | None, instance: str | None, limit: int) -> list[ProblemRow]: ...
    def explain(self, instance: str) -> ExplanationRow: ...
    def nodes(self, ended: int) -> list[NodeRow]: ...
    # The execution, the first event that does not count any more, and the instances that go back.
    def rewind(
        self, instance: str, event: int | None, reason: str, version: str | None, drops_messages: bool, preview: bool
    ) -> tuple[int, int, list[str]]: ...
    def restart(
        self, instance: str, input: str | None, reason: str, version: str | None, drops_messages: bool
    ) -> tuple[int, int, list[str]]: ...
    def delete_instance(self, instance: str, force: bool, patience_ms: int | None) -> Deleted: ...
    def delete_instances(self, filter: Filter, limit: int) -> Deleted: ...
    def prune_executions(self, instance: str, keep_last: int, ended_before: int | None) -> Deleted: ...
    def prune_many(self, filter: Filter, keep_last: int, ended_before: int | None, limit: int) -> Deleted: ...
    def export_instances(self, file: str, root: str | None) -> dict[str, int]: ...  # duroxide::transfer
    def import_instances(self, file: str) -> dict[str, int]: ...
    def compare_instances(self, file: str, limit: int) -> list[tuple[str, str]]: ...  # instance, difference
    def verify(self) -> dict[str, Any]: ...  # duroxide::verification; `first`: list[tuple[str, str]]

class Completion:
    """How an activity that runs on an event loop ends; one of these, once, on that loop's thread."""

    def succeed(self, output: str) -> None: ...
    def fail(self, error: BaseException) -> None: ...

class Handlers:
    """Where handlers are registered: a runtime that is not started."""

    def register_activity(self, name: str, function: Callable[[Any, Any], Any]) -> None: ...
    def register_async_activity(
        self,
        name: str,
        begin: Callable[[Any, Any, Completion], Future[Any]],  # context, input; returns the task, for cancellation
        queue: LoopQueue,
    ) -> None: ...
    def replace_activity(self, name: str, function: Callable[[Any, Any], Any]) -> None: ...  # for tests
    def register_orchestration(self, name: str, version: str, function: Callable[[Any, Any], Any]) -> None: ...

class Runtime:
    # Options: the members of duroxide::runtime_options, durations as `NAME_ms`; `worker_tag_filter` as
    # (untagged accepted: bool, any tag accepted: bool, tags: list[str]). An unknown name is a TypeError.
    def __init__(self, store: Store, options: Mapping[str, object]) -> None: ...
    def handlers(self) -> Handlers: ...
    def set_version_policy(self, orchestration: str, version: str | None) -> None: ...  # None: the latest
    def start(self) -> None: ...
    def shutdown(self, timeout_ms: int | None) -> None: ...  # None: the option shutdown_timeout_ms
    def metrics(self) -> dict[str, Any]: ...  # duroxide::metrics_snapshot, its lists as lists of dicts
    def prometheus(self) -> str: ...

class OrchestrationState:
    """What an orchestration's context works on; after the generator has ended, is_alive() is False, reading
    functions give None, empty or 0, and the others do nothing."""

    def is_alive(self) -> bool: ...
    def set_custom_status(self, status: str) -> None: ...
    def reset_custom_status(self) -> None: ...
    def custom_status(self) -> str | None: ...
    def set_kv(self, key: str, value: str) -> None: ...  # values are JSON text
    def kv(self, key: str) -> str | None: ...
    def kv_values(self) -> dict[str, str]: ...
    def clear_kv(self, key: str) -> None: ...
    def clear_all_kv(self) -> None: ...
    def prune_kv(self, updated_before: int) -> int: ...
    def set_label(self, name: str, value: NativeLabel) -> None: ...
    def clear_label(self, name: str) -> None: ...
    def labels(self) -> dict[str, LabelValue]: ...
    def random(self) -> int: ...  # 0 <= value < 2 ** 64, recorded
    def is_replaying(self) -> bool: ...
    def history_size(self) -> int: ...
    def continue_as_new_suggested(self) -> bool: ...
    def trace(self, level: int, text: str) -> None: ...  # 0 debug, 1 info, 2 warn, 3 error

class ActivityState:
    """After the activity has ended: is_cancelled() is False, client() None, and the others do nothing or give 0."""

    def is_cancelled(self) -> bool: ...
    def wait_for_cancellation(self, timeout_ms: int | None) -> bool: ...  # blocks; True: cancelled
    def heartbeat(self, details: str) -> None: ...
    def attempt(self) -> int: ...
    def deliveries(self) -> int: ...
    def activity_id(self) -> str: ...
    def client(self) -> Client | None: ...
    def trace(self, level: int, text: str) -> None: ...

LogRecord = tuple[int, str, str, int, dict[str, Any]]  # level as for trace, logger, text, time, fields

class LogQueue:
    """Takes the log of this process while it is open. At most `capacity` records wait; more are counted."""

    def __init__(self, capacity: int, least_level: int) -> None: ...
    def set_least_level(self, level: int) -> None: ...
    def pop(self) -> list[LogRecord]: ...  # blocks until there are some; empty: it was closed
    def dropped(self) -> int: ...  # records that found it full, since the last call
    def close(self) -> None: ...

class Environment:
    """duroxide::testing::environment; used on one thread. `register` is called for each process that it starts."""

    def __init__(
        self,
        register: Callable[[Handlers], None],
        options: Mapping[str, object],
        begin: int | None,
        seed: int,
        crash: tuple[int, bool] | None,  # at which write, and whether after it
    ) -> None: ...
    def client(self) -> Client: ...
    def store(self) -> Store: ...
    def now(self) -> int: ...
    def advance(self, length_ms: int) -> None: ...
    def call_after(self, delay_ms: int, call: Callable[[], None]) -> None: ...
    def crash(self) -> None: ...
    def crashes(self) -> int: ...
    def writes(self) -> int: ...
    def last_write(self) -> str: ...
    def crashed_write(self) -> str: ...
    def close(self) -> None: ...

def replay_open_instances(store: Store, register: Callable[[Handlers], None]) -> list[dict[str, Any]]: ...
def replay_exported(file: str, register: Callable[[Handlers], None]) -> list[dict[str, Any]]: ...
def gate(url: str, register: Callable[[Handlers], None]) -> tuple[int, str]: ...  # exit code, report
