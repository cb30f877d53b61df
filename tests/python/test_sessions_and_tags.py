"""Sessions keep activities in one process; tags choose the workers that run them."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from duroxide import MAX_TAG_NAME_BYTES, MAX_WORKER_TAGS, Runtime, RuntimeOptions, TagFilter
from kit import LIMIT


def where(ctx: Any, name: Any) -> Any:
    return [name, ctx.session_id, ctx.tag(), ctx.worker_id]


def test_an_activity_knows_its_session(value: Any) -> None:
    def Sessions(ctx, _):
        return [
            (yield ctx.schedule_activity("where", 1, "s1"))[:2],
            (yield ctx.schedule_activity("where", 2, session_id="s2"))[:2],
            (yield ctx.schedule_activity_on_session("where", 3, "s1"))[:2],
            (yield ctx.schedule_activity("where", 4))[:2],
        ]

    assert value(Sessions, activities=[where]) == [[1, "s1"], [2, "s2"], [3, "s1"], [4, None]]


def test_activities_of_a_session_run_one_after_another(value: Any) -> None:
    running, most = [0], [0]
    lock = threading.Lock()

    def work(ctx, _):
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        ctx.wait_for_cancellation(10)
        with lock:
            running[0] -= 1
        return ctx.session_id

    def Sessions(ctx, count):
        return (yield ctx.all_typed([ctx.schedule_activity_on_session("work", i, "s") for i in range(count)]))

    assert value(Sessions, 6, activities=[work]) == ["s"] * 6
    assert most == [1]


def test_a_session_goes_on_after_a_restart(serve: Any, begin: Any, client: Any, reopen: Any) -> None:
    def Sessions(ctx, _):
        before = yield ctx.schedule_activity_on_session("where", 1, "s")
        ctx.set_custom_status("between")
        yield ctx.wait_for_event("go")
        after = yield ctx.schedule_activity_on_session("where", 2, "s")
        return [before[:2], after[:2]]

    options = {"worker_node_id": "node-1", "activities": [where]}
    first = serve(Sessions, **options)
    instance = begin("Sessions")
    client.wait_for_status_change(instance, 0)
    first.shutdown(2000)
    serve(Sessions, on=reopen(), **options)
    client.raise_event(instance, "go")
    assert client.wait_for_orchestration(instance, LIMIT * 1000).output == [[1, "s"], [2, "s"]]


def test_more_sessions_than_a_runtime_holds_all_run(value: Any) -> None:
    def Sessions(ctx, count):
        tasks = [ctx.schedule_activity_on_session("where", i, f"s{i}") for i in range(count)]
        return [each[0] for each in (yield ctx.all_typed(tasks))]

    served = {"max_sessions_per_runtime": 2, "session_idle_timeout_ms": 50}
    assert value(Sessions, 5, activities=[where], **served) == list(range(5))


def Tagged(ctx: Any, tag: Any) -> Any:
    task = ctx.schedule_activity("where", "x")
    return (yield task if tag is None else task.with_tag(tag))[:3]


@pytest.mark.parametrize(
    ("accepts", "tag"),
    [
        (TagFilter.DEFAULT_ONLY, None),
        (TagFilter.ANY, None),
        (TagFilter.ANY, "gpu"),
        (TagFilter.tags(["gpu", "cpu"]), "gpu"),
        (TagFilter.default_and(["gpu"]), "gpu"),
        (TagFilter.default_and(["gpu"]), None),
    ],
)
def test_a_worker_runs_what_its_filter_accepts(value: Any, accepts: str, tag: str | None) -> None:
    assert value(Tagged, tag, activities=[where], worker_tag_filter=accepts) == ["x", None, tag]


@pytest.mark.parametrize(
    ("accepts", "tag"),
    [
        (None, "gpu"),
        (TagFilter.DEFAULT_ONLY, "gpu"),
        (TagFilter.NONE, None),
        (TagFilter.tags(["cpu"]), "gpu"),
        (TagFilter.tags(["gpu"]), None),
        (TagFilter.default_and(["cpu"]), "gpu"),
    ],
)
def test_other_work_waits_for_a_worker_that_accepts_it(
    serve: Any, begin: Any, client: Any, reopen: Any, accepts: Any, tag: Any
) -> None:
    first = serve(Tagged, activities=[where], **({} if accepts is None else {"worker_tag_filter": accepts}))
    instance = begin("Tagged", tag)
    with pytest.raises(TimeoutError):
        client.wait_for_orchestration(instance, 150)
    first.shutdown(2000)
    serve(Tagged, activities=[where], worker_tag_filter=TagFilter.ANY, on=reopen())
    assert client.wait_for_orchestration(instance, LIMIT * 1000).output == ["x", None, tag]


def test_with_tag_gives_the_same_task_back() -> None:
    from duroxide import OrchestrationContext

    info = {"instanceId": "i", "executionId": 1, "orchestrationName": "O", "orchestrationVersion": "1.0.0"}
    task = OrchestrationContext(info).schedule_activity("a", 1)
    assert task.with_tag("gpu") is task
    assert task["tag"] == "gpu"


def test_filters_are_texts() -> None:
    assert (TagFilter.DEFAULT_ONLY, TagFilter.ANY, TagFilter.NONE) == ("default_only", "any", "none")
    assert json.loads(TagFilter.tags(["b", "a"])) == {"tags": ["b", "a"]}
    assert json.loads(TagFilter.default_and(["b", "a"])) == {"default_and": ["b", "a"]}


@pytest.mark.parametrize(
    "filter",
    [
        TagFilter.tags([f"t{i}" for i in range(MAX_WORKER_TAGS + 1)]),
        TagFilter.tags([]),
        TagFilter.tags(["x" * (MAX_TAG_NAME_BYTES + 1)]),
        "sometimes",
        '{"unknown": []}',
        5,
    ],
)
def test_a_filter_that_cannot_work_is_refused(provider: Any, filter: Any) -> None:
    with pytest.raises((TypeError, ValueError, RuntimeError), match="tag"):
        Runtime(provider, RuntimeOptions(worker_tag_filter=filter)).start()


@pytest.mark.parametrize("tag", ["", "x" * (MAX_TAG_NAME_BYTES + 1), 5])
def test_a_bad_tag_is_refused_where_it_is_used(value: Any, tag: Any) -> None:
    def Careful(ctx, given):
        try:
            yield ctx.schedule_activity("where", "x").with_tag(given)
        except Exception as error:
            return f"refused: {error}"

    assert value(Careful, tag, activities=[where]).startswith("refused: ")
