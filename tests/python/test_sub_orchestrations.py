"""Sub-orchestrations and detached starts."""

from __future__ import annotations

from typing import Any

import pytest

from kit import eventually


def test_a_child_gives_its_output_to_its_parent(value: Any) -> None:
    def Family(ctx, _):
        return (yield ctx.schedule_sub_orchestration("Hello", "child"))

    assert value(Family) == "Hello, child!"


def test_a_child_without_an_input_gets_none(serve: Any, value: Any) -> None:
    def Child(ctx, given):
        return [given]

    def Family(ctx, _):
        return (yield ctx.schedule_sub_orchestration("Child"))

    serve(Child, Family)
    assert value("Family") == [None]


def test_a_child_has_the_id_that_it_was_given(serve: Any, begin: Any, client: Any) -> None:
    serve()
    parent = begin("Parent", "the-child")
    eventually(lambda: client.get_status("the-child").custom_status == "waits")
    info = client.get_instance_info("the-child")
    assert (info.parent_instance_id, info.orchestration_name) == (parent, "WaitForGo")
    client.raise_event("the-child", "go", 5)
    assert client.wait_for_orchestration(parent).output == 5
    assert client.wait_for_orchestration("the-child").output == 5


def test_a_failed_child_raises_in_its_parent(value: Any) -> None:
    def Careful(ctx, _):
        try:
            yield ctx.schedule_sub_orchestration("Fail", "it broke")
        except Exception as error:
            return [type(error).__name__, "it broke" in str(error), error.source]

    assert value(Careful) == ["SubOrchestrationFailed", True, "fail"]


def test_a_failure_nobody_catches_goes_up_to_the_root(run: Any) -> None:
    def Middle(ctx, _):
        yield ctx.schedule_sub_orchestration("Fail", "from below")

    result = run(Middle)
    assert result.status == "Failed"
    assert "from below" in result.error


def test_children_run_side_by_side(value: Any) -> None:
    def Many(ctx, count):
        return (yield ctx.all_typed([ctx.schedule_sub_orchestration("Echo", i) for i in range(count)]))

    assert value(Many, 12) == list(range(12))


def test_children_nest(value: Any) -> None:
    def Down(ctx, depth):
        if depth == 0:
            return 0
        return 1 + (yield ctx.schedule_sub_orchestration("Down", depth - 1))

    assert value(Down, 6) == 6


def test_cancelling_a_parent_cancels_its_child(serve: Any, begin: Any, client: Any) -> None:
    serve()
    parent = begin("Parent", "doomed")
    eventually(lambda: client.get_status("doomed").custom_status == "waits")
    client.cancel_instance(parent, "no more")
    assert client.wait_for_orchestration(parent).error == "canceled: no more"
    child = client.wait_for_orchestration("doomed")
    assert child.status == "Failed"
    assert child.error.startswith("canceled: ")


def test_a_child_that_loses_a_race_is_cancelled(serve: Any, begin: Any, client: Any) -> None:
    def Race(ctx, _):
        lost = ctx.schedule_sub_orchestration_with_id("WaitForGo", "loser")
        return (yield ctx.race(lost, ctx.schedule_timer(30)))["index"]

    serve(Race)
    assert client.wait_for_orchestration(begin("Race")).output == 1
    assert client.wait_for_orchestration("loser").error.startswith("canceled: ")


def test_a_detached_start_does_not_wait(value: Any, client: Any) -> None:
    def Starts(ctx, _):
        started = yield ctx.start_orchestration("WaitForGo", "detached", None)
        return ["went on", started]

    assert value(Starts) == ["went on", None]
    eventually(lambda: client.get_status("detached").custom_status == "waits")
    assert client.get_instance_info("detached").parent_instance_id is None
    client.raise_event("detached", "go", 1)
    assert client.wait_for_orchestration("detached").output == 1


def test_a_detached_instance_outlives_its_starter(serve: Any, begin: Any, client: Any) -> None:
    def Starts(ctx, _):
        yield ctx.start_orchestration("WaitForGo", "free", None)
        yield ctx.wait_for_event("never")

    serve(Starts)
    starter = begin("Starts")
    eventually(lambda: client.get_status("free").custom_status == "waits")
    client.cancel_instance(starter, "gone")
    assert client.wait_for_orchestration(starter).status == "Failed"
    client.raise_event("free", "go", "alive")
    assert client.wait_for_orchestration("free").output == "alive"


def test_detached_starts_come_in_any_number(value: Any, client: Any) -> None:
    def Starts(ctx, count):
        for i in range(count):
            yield ctx.start_orchestration("Echo", f"part-{i}", i)

    assert value(Starts, 10) is None
    assert [client.wait_for_orchestration(f"part-{i}").output for i in range(10)] == list(range(10))


@pytest.mark.parametrize("bad", [{"name": 5}, {"name": ""}, {"name": "Echo", "instance_id": ""}])
def test_a_child_with_a_bad_name_or_id_is_refused_where_it_is_used(value: Any, bad: dict[str, Any]) -> None:
    def Careful(ctx, given):
        try:
            if "instance_id" in given:
                yield ctx.schedule_sub_orchestration_with_id(given["name"], given["instance_id"])
            else:
                yield ctx.schedule_sub_orchestration(given["name"])
        except Exception as error:
            return f"refused: {error}"

    assert value(Careful, bad).startswith("refused: ")
