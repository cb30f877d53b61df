"""Every name of the API that this package follows is there, with its signature."""

from __future__ import annotations

import inspect
import json
from typing import Any

import pytest

import duroxide
from duroxide import OrchestrationContext
from kit import MEMORY

pytestmark = pytest.mark.stores(MEMORY)  # no store matters; once is enough

NAMES = """
    SqliteProvider PostgresProvider PostgresEntraOptions Client Runtime OrchestrationResult RuntimeOptions
    OrchestrationContext ActivityContext ScheduledTask TagFilter OrchestrationStatus SystemMetrics SystemStats
    QueueDepths InstanceInfo ExecutionInfo InstanceTree DeleteInstanceResult PruneOptions PruneResult InstanceFilter
    Event MetricsSnapshot init_tracing parse_result MAX_WORKER_TAGS MAX_TAG_NAME_BYTES MAX_KV_KEYS MAX_KV_VALUE_BYTES
""".split()

ALIASES = """
    RuntimeOptions OrchestrationStatus SystemMetrics SystemStats QueueDepths InstanceInfo ExecutionInfo InstanceTree
    DeleteInstanceResult PruneOptions PruneResult InstanceFilter Event MetricsSnapshot
""".split()

# One function a line: its parameters without self, with the defaults that the original documents.
SIGNATURES = """
    init_tracing(log_file, log_level=None, log_format=None)
    parse_result(result)
    SqliteProvider.open(path)
    SqliteProvider.in_memory()
    PostgresProvider.connect(database_url)
    PostgresProvider.connect_with_schema(database_url, schema)
    PostgresProvider.connect_with_entra(host, port, database, user, options=None)
    PostgresProvider.connect_with_schema_and_entra(host, port, database, user, schema, options=None)
    PostgresEntraOptions(*, audience=None, max_connections=None, acquire_timeout_ms=None, refresh_interval_ms=None)
    OrchestrationResult(status, output=None, error=None, custom_status=None, custom_status_version=0)
    PruneOptions(keep_last=None, completed_before=None)
    InstanceFilter(instance_ids=None, completed_before=None, limit=None)
    RuntimeOptions(orchestration_concurrency=None, worker_concurrency=None, dispatcher_poll_interval_ms=None, \
worker_lock_timeout_ms=None, log_format=None, log_level=None, service_name=None, service_version=None, \
max_sessions_per_runtime=None, session_idle_timeout_ms=None, worker_node_id=None, worker_tag_filter=None)
    TagFilter.tags(tags)
    TagFilter.default_and(tags)
    Client(provider)
    Client.start_orchestration(instance_id, name, input=None)
    Client.start_orchestration_versioned(instance_id, name, input, version)
    Client.get_status(instance_id)
    Client.wait_for_orchestration(instance_id, timeout_ms=30000)
    Client.wait_for_status_change(instance_id, last_seen_version=0, poll_interval_ms=200, timeout_ms=30000)
    Client.get_kv_value(instance_id, key)
    Client.get_kv_value_typed(instance_id, key)
    Client.wait_for_kv_value(instance_id, key, timeout_ms=30000)
    Client.wait_for_kv_value_typed(instance_id, key, timeout_ms=30000)
    Client.cancel_instance(instance_id, reason=None)
    Client.raise_event(instance_id, event_name, data=None)
    Client.enqueue_event(instance_id, queue_name, data=None)
    Client.start_orchestration_typed(instance_id, name, input=None)
    Client.start_orchestration_versioned_typed(instance_id, name, input, version)
    Client.raise_event_typed(instance_id, event_name, data=None)
    Client.enqueue_event_typed(instance_id, queue_name, data=None)
    Client.wait_for_orchestration_typed(instance_id, timeout_ms=30000)
    Client.get_system_metrics()
    Client.get_orchestration_stats(instance_id)
    Client.get_queue_depths()
    Client.list_all_instances()
    Client.list_instances_by_status(status)
    Client.get_instance_info(instance_id)
    Client.get_execution_info(instance_id, execution_id)
    Client.list_executions(instance_id)
    Client.read_execution_history(instance_id, execution_id)
    Client.get_instance_tree(instance_id)
    Client.delete_instance(instance_id, force=False)
    Client.delete_instance_bulk(filter=None)
    Client.prune_executions(instance_id, options=None)
    Client.prune_executions_bulk(filter=None, options=None)
    Runtime(provider, options=None)
    Runtime.register_activity(name, fn=None)
    Runtime.register_activity_typed(name, fn=None)
    Runtime.register_orchestration(name, fn=None)
    Runtime.register_orchestration_typed(name, fn=None)
    Runtime.register_orchestration_versioned(name, version, fn=None)
    Runtime.register_orchestration_versioned_typed(name, version, fn=None)
    Runtime.start()
    Runtime.shutdown(timeout_ms=None)
    Runtime.metrics_snapshot()
    ScheduledTask.with_tag(tag)
    OrchestrationContext.schedule_activity(name, input=None, session_id=None)
    OrchestrationContext.schedule_activity_on_session(name, input, session_id)
    OrchestrationContext.schedule_activity_with_retry(name, input, retry)
    OrchestrationContext.schedule_activity_with_retry_on_session(name, input, retry, session_id)
    OrchestrationContext.schedule_timer(delay_ms)
    OrchestrationContext.wait_for_event(name)
    OrchestrationContext.dequeue_event(queue_name)
    OrchestrationContext.schedule_sub_orchestration(name, input=None)
    OrchestrationContext.schedule_sub_orchestration_with_id(name, instance_id, input=None)
    OrchestrationContext.schedule_sub_orchestration_versioned(name, version=None, input=None)
    OrchestrationContext.schedule_sub_orchestration_versioned_with_id(name, version, instance_id, input=None)
    OrchestrationContext.start_orchestration(name, instance_id, input=None)
    OrchestrationContext.start_orchestration_versioned(name, version, instance_id, input=None)
    OrchestrationContext.new_guid()
    OrchestrationContext.utc_now()
    OrchestrationContext.continue_as_new(input=None)
    OrchestrationContext.continue_as_new_versioned(input, version=None)
    OrchestrationContext.all(tasks)
    OrchestrationContext.race(*tasks)
    OrchestrationContext.all_typed(tasks)
    OrchestrationContext.race_typed(*tasks)
    OrchestrationContext.get_kv_value_from_instance(instance_id, key)
    OrchestrationContext.schedule_activity_typed(name, input=None, result_type=None)
    OrchestrationContext.schedule_sub_orchestration_typed(name, input=None, result_type=None)
    OrchestrationContext.schedule_activity_on_session_typed(name, input=None, session_id=None)
    OrchestrationContext.schedule_activity_with_retry_typed(name, input=None, retry=None)
    OrchestrationContext.schedule_activity_with_retry_on_session_typed(name, input=None, retry=None, session_id=None)
    OrchestrationContext.wait_for_event_typed(name)
    OrchestrationContext.dequeue_event_typed(queue_name)
    OrchestrationContext.schedule_sub_orchestration_with_id_typed(name, instance_id, input=None)
    OrchestrationContext.start_orchestration_typed(name, instance_id, input=None)
    OrchestrationContext.start_orchestration_versioned_typed(name, version, instance_id, input=None)
    OrchestrationContext.continue_as_new_typed(input=None)
    OrchestrationContext.set_custom_status(status)
    OrchestrationContext.reset_custom_status()
    OrchestrationContext.get_custom_status()
    OrchestrationContext.set_kv_value(key, value)
    OrchestrationContext.get_kv_value(key)
    OrchestrationContext.get_kv_all_values()
    OrchestrationContext.get_kv_all_keys()
    OrchestrationContext.get_kv_length()
    OrchestrationContext.clear_kv_value(key)
    OrchestrationContext.clear_all_kv_values()
    OrchestrationContext.prune_kv_values_updated_before(cutoff_ms)
    OrchestrationContext.trace_info(message)
    OrchestrationContext.trace_warn(message)
    OrchestrationContext.trace_error(message)
    OrchestrationContext.trace_debug(message)
    ActivityContext.tag()
    ActivityContext.is_cancelled()
    ActivityContext.get_client()
    ActivityContext.trace_info(message)
    ActivityContext.trace_warn(message)
    ActivityContext.trace_error(message)
    ActivityContext.trace_debug(message)
"""

FIELDS = {
    "OrchestrationStatus": "status output error custom_status custom_status_version",
    "SystemMetrics": "total_instances total_executions running_instances completed_instances failed_instances "
    "total_events",
    "SystemStats": "history_event_count history_size_bytes queue_pending_count kv_user_key_count kv_total_value_bytes",
    "QueueDepths": "orchestrator_queue worker_queue timer_queue",
    "InstanceInfo": "instance_id orchestration_name orchestration_version current_execution_id status output "
    "created_at updated_at parent_instance_id",
    "ExecutionInfo": "execution_id status output started_at completed_at event_count",
    "InstanceTree": "root_id all_ids size",
    "DeleteInstanceResult": "instances_deleted executions_deleted events_deleted queue_messages_deleted",
    "PruneResult": "instances_processed executions_deleted events_deleted",
    "Event": "event_id kind source_event_id timestamp_ms data",
    "MetricsSnapshot": "orch_starts orch_completions orch_failures orch_application_errors "
    "orch_infrastructure_errors orch_configuration_errors orch_poison activity_success activity_app_errors "
    "activity_infra_errors activity_config_errors activity_poison orch_dispatcher_items_fetched "
    "worker_dispatcher_items_fetched orch_continue_as_new suborchestration_calls provider_errors",
}

INFO = {"instanceId": "i", "executionId": 3, "orchestrationName": "O", "orchestrationVersion": "1.2.3"}


def test_all_names_are_exported() -> None:
    assert set(NAMES) <= set(duroxide.__all__)
    for name in duroxide.__all__:
        assert hasattr(duroxide, name), name


@pytest.mark.parametrize("name", ALIASES)
def test_an_old_alias_is_the_same_object(name: str) -> None:
    assert getattr(duroxide, f"Py{name}") is getattr(duroxide, name)
    assert f"Py{name}" in duroxide.__all__


def test_constants_have_their_values() -> None:
    found = [getattr(duroxide, name) for name in NAMES if name.startswith("MAX_")]
    assert found == [5, 256, 150, 65536]


def parameters(function: Any) -> list[inspect.Parameter]:
    found = list(inspect.signature(function).parameters.values())
    return [each for each in found if each.name != "self"]


def documented(line: str) -> tuple[str, list[inspect.Parameter]]:
    path, _, rest = line.partition("(")
    scope: dict[str, Any] = {}
    exec(f"def documented({rest}: pass", scope)
    return path, parameters(scope["documented"])


@pytest.mark.parametrize("line", [line.strip() for line in SIGNATURES.strip().splitlines()])
def test_a_function_has_the_documented_signature(line: str) -> None:
    path, wanted = documented(line)
    function: Any = duroxide
    for name in path.split("."):
        function = getattr(function, name)
    found = parameters(function)
    shown = [(each.name, each.kind) for each in found[: len(wanted)]]
    assert shown == [(each.name, each.kind) for each in wanted]
    for each, other in zip(found, wanted):
        assert each.default == other.default, each.name
    # What we add is optional, and given by name.
    for each in found[len(wanted) :]:
        assert each.kind in (each.KEYWORD_ONLY, each.VAR_KEYWORD), each.name
        assert each.kind == each.VAR_KEYWORD or each.default is not each.empty, each.name


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_a_result_class_has_its_attributes(name: str) -> None:
    known = inspect.signature(getattr(duroxide, name)).parameters
    assert set(FIELDS[name].split()) <= set(known)


def test_results_are_printed_and_compared() -> None:
    one, other = duroxide.OrchestrationResult("Completed", [1]), duroxide.OrchestrationResult("Completed", [1])
    assert one == other
    assert "Completed" in repr(one)
    assert one != duroxide.OrchestrationResult("Failed", None, "why")


def test_options_are_read_and_not_written() -> None:
    options = duroxide.RuntimeOptions(3, 4, log_level="debug")
    assert (options.orchestration_concurrency, options.worker_concurrency, options.log_level) == (3, 4, "debug")
    assert options.worker_tag_filter is None
    with pytest.raises(AttributeError):
        options.worker_concurrency = 5  # type: ignore[misc]


def test_the_options_of_entra_are_given_by_name() -> None:
    with pytest.raises(TypeError):
        duroxide.PostgresEntraOptions("audience")  # type: ignore[misc]


def test_a_context_is_made_of_its_information() -> None:
    ctx = OrchestrationContext(INFO)
    assert (ctx.instance_id, ctx.execution_id) == ("i", 3)
    assert (ctx.orchestration_name, ctx.orchestration_version) == ("O", "1.2.3")


RETRY = {"max_attempts": 5, "timeout_ms": 10, "backoff": "fixed"}
WIRE = {"maxAttempts": 5, "timeoutMs": 10, "totalTimeoutMs": None, "backoff": "fixed"}


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (lambda c: c.schedule_activity("a", [1]), {"type": "activity", "name": "a", "input": [1]}),
        (
            lambda c: c.schedule_activity("a", 1, "s"),
            {"type": "activityWithSession", "name": "a", "input": 1, "sessionId": "s"},
        ),
        (
            lambda c: c.schedule_activity_on_session("a", 1, "s"),
            {"type": "activityWithSession", "name": "a", "input": 1, "sessionId": "s"},
        ),
        (
            lambda c: c.schedule_activity_with_retry("a", 1, RETRY),
            {"type": "activityWithRetry", "name": "a", "input": 1, "retry": WIRE},
        ),
        (
            lambda c: c.schedule_activity_with_retry_on_session("a", 1, RETRY, "s"),
            {"type": "activityWithRetryOnSession", "name": "a", "input": 1, "retry": WIRE, "sessionId": "s"},
        ),
        (lambda c: c.schedule_timer(5), {"type": "timer", "delayMs": 5}),
        (lambda c: c.wait_for_event("e"), {"type": "waitEvent", "name": "e"}),
        (lambda c: c.dequeue_event("q"), {"type": "dequeueEvent", "queueName": "q"}),
        (lambda c: c.schedule_sub_orchestration("O", 1), {"type": "subOrchestration", "name": "O", "input": 1}),
        (
            lambda c: c.schedule_sub_orchestration_with_id("O", "id", 1),
            {"type": "subOrchestrationWithId", "name": "O", "instanceId": "id", "input": 1},
        ),
        (
            lambda c: c.schedule_sub_orchestration_versioned("O", None, 1),
            {"type": "subOrchestrationVersioned", "name": "O", "version": None, "input": 1},
        ),
        (
            lambda c: c.schedule_sub_orchestration_versioned_with_id("O", "1.0.0", "id", 1),
            {
                "type": "subOrchestrationVersionedWithId",
                "name": "O",
                "version": "1.0.0",
                "instanceId": "id",
                "input": 1,
            },
        ),
        (
            lambda c: c.start_orchestration("O", "id", 1),
            {"type": "orchestration", "name": "O", "instanceId": "id", "input": 1},
        ),
        (
            lambda c: c.start_orchestration_versioned("O", "1.0.0", "id", 1),
            {"type": "orchestrationVersioned", "name": "O", "version": "1.0.0", "instanceId": "id", "input": 1},
        ),
        (lambda c: c.new_guid(), {"type": "newGuid"}),
        (lambda c: c.utc_now(), {"type": "utcNow"}),
        (lambda c: c.continue_as_new(1), {"type": "continueAsNew", "input": 1}),
        (
            lambda c: c.continue_as_new_versioned(1, "2.0.0"),
            {"type": "continueAsNewVersioned", "input": 1, "version": "2.0.0"},
        ),
        (
            lambda c: c.get_kv_value_from_instance("i", "k"),
            {
                "type": "activity",
                "name": "__duroxide_syscall:get_kv_value",
                "input": {"instance_id": "i", "key": "k"},
            },
        ),
    ],
)
def test_a_task_is_a_dict_of_the_documented_shape(make: Any, shape: dict[str, Any]) -> None:
    task = make(OrchestrationContext(INFO))
    assert isinstance(task, dict)
    found = {name: task.get(name) for name in shape}
    if "input" in found:
        found["input"] = json.loads(found["input"])
    if "retry" in found:
        found["retry"] = {name: found["retry"].get(name) for name in WIRE}
    assert found == shape


def test_combinations_hold_their_tasks() -> None:
    ctx = OrchestrationContext(INFO)
    one, two = ctx.schedule_timer(1), ctx.wait_for_event("e")
    assert (ctx.all([one, two])["type"], ctx.all([one, two])["tasks"]) == ("join", [one, two])
    assert (ctx.race(one, two)["type"], ctx.race(one, two)["tasks"]) == ("select", [one, two])
    assert ctx.all_typed([one]) == {"type": "join", "tasks": [one], "_typed_all": True}
    assert ctx.race_typed(one, two) == {"type": "select", "tasks": [one, two], "_typed_race": True}


def test_there_is_a_version_and_types_are_announced() -> None:
    from importlib import resources

    assert isinstance(duroxide.__version__, str)
    assert resources.files("duroxide").joinpath("py.typed").is_file()


@pytest.mark.parametrize("name", sorted(duroxide.__all__))
def test_every_class_and_function_has_a_help_text(name: str) -> None:
    thing = getattr(duroxide, name)
    if inspect.isclass(thing) or inspect.isroutine(thing):
        assert inspect.getdoc(thing)
