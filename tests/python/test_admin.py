"""Administration: looking, deleting, moving instances."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from duroxide import (
    Client,
    DuroxideError,
    InstanceFilter,
    InstanceNotFoundError,
    InstanceRunningError,
    PruneOptions,
    SqliteProvider,
    StoreError,
)
from kit import LIMIT, eventually


@pytest.fixture
def done(serve: Any, begin: Any, client: Any) -> Any:
    """Runs so many instances of Echo to their end and gives their ids."""
    serve()

    def make(count: int) -> list[str]:
        ids = [begin("Echo", i) for i in range(count)]
        for each in ids:
            client.wait_for_orchestration(each)
        return ids

    return make


# -- histories ----------------------------------------------------------------------


def kinds(events: Any) -> list[str]:
    return [each.kind for each in events]


def test_a_history_shows_what_happened(serve: Any, begin: Any, client: Any) -> None:
    serve()
    before = int(time.time() * 1000)
    instance = begin("Echo", {"a": 1})
    client.wait_for_orchestration(instance)
    events = client.read_execution_history(instance, 1)
    assert kinds(events) == [
        "OrchestrationStarted",
        "ActivityScheduled",
        "ActivityCompleted",
        "OrchestrationCompleted",
    ]
    assert [each.event_id for each in events] == [1, 2, 3, 4]
    assert [each.source_event_id for each in events] == [None, None, 2, None]
    assert all(before - 1 <= each.timestamp_ms <= time.time() * 1000 + 1 for each in events)
    data = [json.loads(each.data) for each in events]
    assert data == [
        {"name": "Echo", "version": "1.0.0", "input": {"a": 1}},
        {"name": "echo", "input": {"a": 1}},
        {"a": 1},
        {"a": 1},
    ]


def test_a_history_of_every_kind_of_event(serve: Any, begin_waiting: Any, client: Any) -> None:
    def Everything(ctx, _):
        ctx.set_custom_status("asks")
        ctx.set_kv_value("k", "v")
        ctx.clear_kv_value("k")
        ctx.set_kv_value("other", "v")
        ctx.clear_all_kv_values()
        yield ctx.wait_for_event("e")
        yield ctx.dequeue_event("q")
        yield ctx.schedule_timer(1)
        yield ctx.race(ctx.schedule_activity("until_cancelled"), ctx.schedule_timer(1))
        yield ctx.race(ctx.wait_for_event("never"), ctx.dequeue_event("never"), ctx.schedule_timer(1))
        yield ctx.settle(ctx.schedule_activity("fail", "it broke"))
        yield ctx.schedule_sub_orchestration_with_id("Echo", "the-child", 1)
        yield ctx.settle(ctx.schedule_sub_orchestration("Fail", "it broke"))
        yield ctx.start_orchestration("Echo", "detached", 2)

    serve(Everything)
    instance = begin_waiting("Everything")
    client.raise_event(instance, "e", [1])
    client.enqueue_event(instance, "q", "text")
    assert client.wait_for_orchestration(instance).status == "Completed"
    events = client.read_execution_history(instance, 1)
    found = {each.kind: each for each in reversed(events)}
    assert set(found) >= {
        "OrchestrationStarted",
        "CustomStatusUpdated",
        "KeyValueSet",
        "KeyValueCleared",
        "KeyValuesCleared",
        "ExternalSubscribed",
        "ExternalEvent",
        "QueueSubscribed",
        "QueueEventDelivered",
        "TimerCreated",
        "TimerFired",
        "ActivityScheduled",
        "ActivityCancelRequested",
        "ActivityFailed",
        "ExternalSubscribedCancelled",
        "QueueSubscriptionCancelled",
        "SubOrchestrationScheduled",
        "SubOrchestrationCompleted",
        "SubOrchestrationFailed",
        "OrchestrationChained",
        "OrchestrationCompleted",
    }

    def data(kind: str) -> Any:
        return json.loads(found[kind].data)

    assert data("ExternalSubscribed") == {"name": "e"}
    assert data("ExternalEvent") == {"name": "e", "data": [1]}
    assert data("QueueSubscribed") == {"name": "q"}
    assert data("QueueEventDelivered") == {"name": "q", "data": "text"}
    assert data("TimerFired") == data("TimerCreated")
    assert data("TimerCreated")["fireAtMs"] >= found["TimerCreated"].timestamp_ms
    assert data("SubOrchestrationScheduled") == {"name": "Echo", "instance": "the-child", "input": 1}
    assert data("SubOrchestrationCompleted") == 1
    details = data("ActivityFailed")["Application"]
    assert (details["kind"], details["retryable"]) == ("ActivityFailed", True)
    assert "it broke" in details["message"]
    assert found["ActivityFailed"].source_event_id in [e.event_id for e in events if e.kind == "ActivityScheduled"]


def test_a_cancelled_instance_ends_its_history_as_failed(serve: Any, begin_waiting: Any, client: Any) -> None:
    serve()
    instance = begin_waiting()
    client.cancel_instance(instance, "why")
    client.wait_for_orchestration(instance)
    last = client.read_execution_history(instance, 1)[-1]
    assert last.kind == "OrchestrationFailed"
    assert json.loads(last.data)["Application"]["kind"] == {"Cancelled": {"reason": "why"}}


def test_each_execution_has_a_history(serve: Any, begin: Any, client: Any) -> None:
    serve()
    instance = begin("CountTo", [0, 1])
    client.wait_for_orchestration(instance)
    assert kinds(client.read_execution_history(instance, 1))[-1] == "OrchestrationContinuedAsNew"
    assert kinds(client.read_execution_history(instance, 2)) == ["OrchestrationStarted", "OrchestrationCompleted"]
    assert client.read_execution_history(instance, 0) == client.read_execution_history(instance, 2)


# -- looking ------------------------------------------------------------------------


def test_an_instance_is_described(serve: Any, begin: Any, client: Any) -> None:
    serve()
    instance = begin("Echo", {"a": 1})
    client.wait_for_orchestration(instance)
    info = client.get_instance_info(instance)
    assert (info.instance_id, info.orchestration_name, info.orchestration_version) == (instance, "Echo", "1.0.0")
    assert (info.current_execution_id, info.status, info.parent_instance_id) == (1, "Completed", None)
    assert (json.loads(info.output), json.loads(info.input)) == ({"a": 1}, {"a": 1})
    assert 0 < info.created_at <= info.updated_at <= time.time() * 1000 + 1


def test_an_execution_is_described(serve: Any, begin: Any, client: Any) -> None:
    serve()
    instance = begin("Echo", 5)
    client.wait_for_orchestration(instance)
    info = client.get_execution_info(instance, 1)
    assert (info.execution_id, info.status, info.output, info.event_count) == (1, "Completed", "5", 4)
    assert 0 < info.started_at <= info.completed_at


def test_a_running_execution_has_no_end(serve: Any, begin_waiting: Any, client: Any) -> None:
    serve()
    info = client.get_execution_info(begin_waiting(), 1)
    assert (info.status, info.output, info.completed_at) == ("Running", None, None)


def test_all_ids_come_newest_first(done: Any, client: Any) -> None:
    ids = done(5)
    assert client.list_all_instances() == ids[::-1]


def test_ids_are_listed_by_status(done: Any, begin: Any, begin_waiting: Any, client: Any) -> None:
    completed = done(2)
    failed = begin("Fail", "it broke")
    client.wait_for_orchestration(failed)
    running = begin_waiting()
    assert client.list_instances_by_status("Completed") == completed[::-1]
    assert client.list_instances_by_status("Failed") == [failed]
    assert client.list_instances_by_status("Running") == [running]
    assert client.list_instances_by_status("Odd") == []


def test_a_list_is_filtered(done: Any, begin: Any, begin_waiting: Any, client: Any) -> None:
    ids = done(4)
    running = begin_waiting()
    client.start_orchestration("parent", "Parent", "child")
    client.start_orchestration("labelled", "Echo", 1, labels={"team": "blue"})
    eventually(lambda: client.get_status("child").custom_status == "waits")
    client.wait_for_orchestration("labelled")

    def listed(**filter: Any) -> set[str]:
        return {each.instance_id for each in client.list_instances(**filter).instances}

    everything = {*ids, running, "parent", "child", "labelled"}
    assert listed() == everything
    assert listed(statuses=["Completed"]) == {*ids, "labelled"}
    assert listed(statuses=["Running"]) == {running, "parent", "child"}
    assert listed(statuses=["Odd"]) == set()
    assert listed(orchestration="Parent") == {"parent"}
    assert listed(id_prefix="Echo-") == set(ids)
    assert listed(ids=[ids[0], "nobody"]) == {ids[0]}
    assert listed(ids=[]) == set()
    assert listed(parent="parent") == {"child"}
    assert listed(roots_only=True) == everything - {"child"}
    assert listed(label=("team", "blue")) == {"labelled"}
    created = client.get_instance_info(running).created_at
    assert listed(created_before=created) | listed(created_from=created) == everything
    assert listed(updated_from=0, updated_before=1) == set()


def test_a_list_comes_in_pages_and_orders(done: Any, client: Any) -> None:
    ids = done(7)
    found, cursor = [], ""
    while True:
        page = client.list_instances(limit=3, cursor=cursor, order="id", descending=False)
        found += [each.instance_id for each in page.instances]
        cursor = page.cursor
        if not cursor:
            break
        assert len(page.instances) == 3
    assert found == sorted(ids)
    newest = client.list_instances(limit=1).instances[0]
    assert (newest.instance_id, newest.status, newest.execution_id, newest.unreadable) == (ids[-1], "Completed", 1, "")


def test_a_tree_has_all_descendants(serve: Any, client: Any) -> None:
    def Down(ctx, depth):
        if depth:
            yield ctx.all(
                [
                    ctx.schedule_sub_orchestration_with_id("Down", f"{ctx.instance_id}.{i}", depth - 1)
                    for i in range(2)
                ]
            )

    serve(Down)
    client.start_orchestration("t", "Down", 2)
    client.wait_for_orchestration("t")
    tree = client.get_instance_tree("t")
    assert (tree.root_id, tree.size, tree.all_ids[0]) == ("t", 7, "t")
    assert set(tree.all_ids) == {"t", "t.0", "t.1", "t.0.0", "t.0.1", "t.1.0", "t.1.1"}
    assert client.get_instance_tree("t.1").size == 3


def test_the_whole_is_counted(done: Any, begin: Any, begin_waiting: Any, client: Any) -> None:
    done(3)
    client.wait_for_orchestration(begin("Fail", "it broke"))
    begin_waiting()
    found = client.get_system_metrics()
    assert (found.total_instances, found.total_executions) == (5, 5)
    assert (found.running_instances, found.completed_instances, found.failed_instances) == (1, 3, 1)
    assert found.total_events >= 3 * 4


def test_waiting_work_is_counted(serve: Any, begin: Any, client: Any) -> None:
    def Stuck(ctx, _):
        yield ctx.all([ctx.schedule_activity("nobody has it"), ctx.schedule_timer(60_000)])

    serve(Stuck)
    begin("Stuck")
    eventually(lambda: client.get_queue_depths().worker_queue == 1)
    assert client.get_queue_depths().timer_queue == 1
    assert client.get_queue_depths().orchestrator_queue == 0


def test_one_instance_is_counted(serve: Any, begin_waiting: Any, client: Any) -> None:
    def Values(ctx, _):
        ctx.set_kv_value("a", "12345")
        ctx.set_kv_value("b", "1")
        ctx.set_custom_status("set")
        yield ctx.wait_for_event("go")

    serve(Values)
    instance = begin_waiting("Values")
    client.enqueue_event(instance, "q", 1)
    client.enqueue_event(instance, "q", 2)
    stats = eventually(lambda: (s := client.get_orchestration_stats(instance)).queue_pending_count == 2 and s)
    assert stats.history_event_count == len(client.read_execution_history(instance, 1))
    assert stats.history_size_bytes > 0
    assert stats.kv_user_key_count == 2
    assert stats.kv_total_value_bytes >= 6
    assert client.get_orchestration_stats("nobody") is None


def test_nodes_are_listed(serve: Any, client: Any) -> None:
    served = serve()
    alive = eventually(lambda: [each for each in client.list_nodes() if each.state == "alive"])
    assert "Echo@1.0.0" in alive[0].orchestrations
    assert "echo" in alive[0].activities
    served.shutdown(2000)
    eventually(lambda: [each for each in client.list_nodes() if each.node == alive[0].node and each.state == "left"])


@pytest.mark.parametrize(
    "call",
    [
        lambda c: c.get_instance_info("nobody"),
        lambda c: c.get_execution_info("nobody", 1),
        lambda c: c.list_executions("nobody"),
        lambda c: c.read_execution_history("nobody", 1),
        lambda c: c.get_instance_tree("nobody"),
        lambda c: c.delete_instance("nobody"),
        lambda c: c.delete_instance("nobody", True),
        lambda c: c.prune_executions("nobody"),
        lambda c: c.export_instances("/tmp/no-such-export", "nobody"),
    ],
)
def test_an_unknown_instance_is_a_lookup_error(client: Any, call: Any) -> None:
    with pytest.raises(InstanceNotFoundError, match="nobody") as caught:
        call(client)
    assert isinstance(caught.value, LookupError)


def test_an_unknown_execution_is_a_lookup_error(done: Any, client: Any) -> None:
    (instance,) = done(1)
    with pytest.raises(InstanceNotFoundError):
        client.get_execution_info(instance, 9)


# -- deleting -----------------------------------------------------------------------


def test_an_instance_is_deleted_with_all_that_it_has(done: Any, client: Any) -> None:
    (instance,) = done(1)
    gone = client.delete_instance(instance)
    assert (gone.instances_deleted, gone.executions_deleted, gone.events_deleted) == (1, 1, 4)
    assert client.get_status(instance).status == "NotFound"
    assert client.list_all_instances() == []


def test_a_running_instance_is_deleted_by_force_alone(serve: Any, begin_waiting: Any, client: Any) -> None:
    serve()
    instance = begin_waiting()
    with pytest.raises(InstanceRunningError):
        client.delete_instance(instance)
    assert client.get_status(instance).status == "Running"
    assert client.delete_instance(instance, force=True).instances_deleted == 1
    eventually(lambda: client.get_status(instance).status == "NotFound")


def test_children_are_deleted_with_their_root_alone(serve: Any, begin: Any, client: Any) -> None:
    serve()
    root = begin("Parent", "child")
    eventually(lambda: client.get_status("child").custom_status == "waits")
    client.raise_event("child", "go")
    client.wait_for_orchestration(root)
    with pytest.raises(DuroxideError, match="sub-orchestration|root"):
        client.delete_instance("child")
    assert client.delete_instance(root).instances_deleted == 2
    assert client.get_status("child").status == "NotFound"


def test_deleting_in_bulk_passes_over_what_runs(done: Any, begin_waiting: Any, client: Any) -> None:
    ids = done(5)
    running = begin_waiting()
    assert client.delete_instance_bulk(InstanceFilter(instance_ids=[])).instances_deleted == 0
    assert client.delete_instance_bulk(InstanceFilter(limit=0)).instances_deleted == 0
    assert client.delete_instance_bulk(InstanceFilter([ids[0], running])).instances_deleted == 1
    assert client.delete_instance_bulk(InstanceFilter(completed_before=1)).instances_deleted == 0
    assert client.delete_instance_bulk(InstanceFilter(limit=1)).instances_deleted == 1
    assert client.list_all_instances() == [running, *ids[2:][::-1]]
    assert client.delete_instance_bulk().instances_deleted == 3
    assert client.list_all_instances() == [running]


def test_executions_are_pruned(serve: Any, begin: Any, client: Any) -> None:
    serve()
    instance = begin("CountTo", [0, 5])
    client.wait_for_orchestration(instance)
    assert client.prune_executions(instance, PruneOptions(completed_before=1)).executions_deleted == 0
    gone = client.prune_executions(instance, PruneOptions(keep_last=4))
    assert (gone.instances_processed, gone.executions_deleted) == (1, 2)
    assert gone.events_deleted > 0
    assert client.list_executions(instance) == [3, 4, 5, 6]
    assert client.prune_executions(instance).executions_deleted == 3
    assert client.list_executions(instance) == [6]
    assert client.wait_for_orchestration(instance).output == 5


def test_executions_are_pruned_in_bulk_of_running_instances_too(serve: Any, begin: Any, client: Any) -> None:
    def Endless(ctx, number):
        if number < 3:
            yield ctx.continue_as_new(number + 1)
        ctx.set_custom_status("rests")
        yield ctx.wait_for_event("go")

    serve(Endless)
    ended, running = begin("CountTo", [0, 2]), begin("Endless", 0)
    client.wait_for_orchestration(ended)
    client.wait_for_status_change(running, 0)
    gone = client.prune_executions_bulk(InstanceFilter(instance_ids=[running]), PruneOptions(keep_last=1))
    assert (gone.instances_processed, gone.executions_deleted) == (1, 3)
    gone = client.prune_executions_bulk()
    assert (gone.instances_processed, gone.executions_deleted) == (2, 2)
    assert (client.list_executions(running), client.list_executions(ended)) == ([4], [3])


# -- moving and checking ----------------------------------------------------------------


def test_instances_move_to_another_store(
    serve: Any, begin: Any, begin_waiting: Any, client: Any, runtime: Any, tmp_path: Path
) -> None:
    served = serve()
    done, running = begin("Echo", [1, "ü"]), begin_waiting()
    client.wait_for_orchestration(done)
    served.shutdown(2000)
    file = tmp_path / "instances.jsonl"
    written = client.export_instances(file)
    assert (written.instances, written.executions) == (2, 2)
    other = SqliteProvider.in_memory()
    there = Client(other)
    assert there.import_instances(str(file)) == written
    assert there.compare_instances(file) == []
    assert there.get_status(done).output == [1, "ü"]
    serve(on=other)
    there.raise_event(running, "go", "moved")
    assert there.wait_for_orchestration(running, LIMIT * 1000).output == "moved"
    assert {each.instance_id for each in there.compare_instances(file)} == {running}


def test_an_import_is_all_or_nothing(done: Any, client: Any, tmp_path: Path) -> None:
    done(1)
    file = tmp_path / "instances.jsonl"
    client.export_instances(file)
    (tmp_path / "broken.jsonl").write_text("no export\n")
    other = Client(SqliteProvider.in_memory())
    with pytest.raises(ValueError):
        other.import_instances(tmp_path / "broken.jsonl")
    other.import_instances(file)
    with pytest.raises(ValueError):
        other.import_instances(file)
    assert len(other.list_all_instances()) == 1


def test_an_import_needs_a_store_without_a_runtime(done: Any, client: Any, tmp_path: Path) -> None:
    done(1)
    file = tmp_path / "instances.jsonl"
    client.export_instances(file)
    with pytest.raises(StoreError):
        client.import_instances(file)


def test_one_tree_is_exported_alone(done: Any, client: Any, tmp_path: Path) -> None:
    ids = done(3)
    file = tmp_path / "one.jsonl"
    assert client.export_instances(file, root_id=ids[1]).instances == 1
    other = Client(SqliteProvider.in_memory())
    other.import_instances(file)
    assert other.list_all_instances() == [ids[1]]


def test_a_store_is_verified(done: Any, client: Any) -> None:
    done(3)
    found = client.verify()
    assert (found.instances, found.executions, found.inconsistencies, found.first) == (3, 3, 0, [])
    assert found.events == 12


@pytest.mark.stores("SQLite file")
def test_a_store_is_opened_for_reading_alone(done: Any, client: Any, store: Any) -> None:
    (instance,) = done(1)
    path = store.url().removeprefix("sqlite:")
    reader = Client(SqliteProvider.open(path, read_only=True))
    assert reader.get_status(instance).status == "Completed"
    with pytest.raises(DuroxideError):
        reader.start_orchestration("x", "Echo")


def test_each_store_in_memory_is_another_one() -> None:
    one, other = Client(SqliteProvider.in_memory()), Client(SqliteProvider.open("sqlite::memory:"))
    one.start_orchestration("i", "Echo")
    assert (len(one.list_all_instances()), other.list_all_instances()) == (1, [])


# -- explanations -------------------------------------------------------------------


def test_an_explanation_says_what_an_instance_waits_for(serve: Any, client: Any) -> None:
    def Waits(ctx, _):
        return (yield ctx.wait_for_event("go"))

    def Pays(ctx, _):
        policy = {"max_attempts": 3, "backoff": {"kind": "fixed", "base_ms": 3_600_000}}
        yield ctx.schedule_activity_with_retry("declines", None, policy)

    def Parent(ctx, _):
        return (yield ctx.schedule_sub_orchestration("Waits", None))

    def declines(ctx, _):
        raise ValueError("declined")

    serve(Waits, Pays, Parent, activities=[declines])
    client.start_orchestration("p", "Parent")
    assert eventually(lambda: [each.instance.state for each in client.explain("p").waits] == ["active"])
    told = client.explain("p")
    (child,) = told.waits
    assert (told.state, told.status, told.orchestration_name) == ("active", "Running", "Parent")
    assert told.owner is not None and told.owner.lives
    assert (child.kind, child.blocked_by, child.name) == ("child", "child", "Waits")
    assert child.instance is not None
    assert (child.instance.status, child.instance.problem) == ("Running", None)
    client.start_orchestration("q", "Pays")
    assert eventually(lambda: [each.blocked_by for each in client.explain("q").waits] == ["retry_pause"])
    (pause,) = client.explain("q").waits
    assert (pause.kind, pause.name, pause.attempt) == ("activity", "declines", 1)
    assert pause.due is not None and pause.due > pause.since
    assert pause.last_error is not None and "declined" in pause.last_error.message
    with pytest.raises(InstanceNotFoundError):
        client.explain("nobody")
