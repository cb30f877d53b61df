"""continue-as-new: the next execution has a history of its own; status and values go with it."""

from __future__ import annotations

from typing import Any

from kit import LIMIT


def test_a_new_execution_begins_with_the_new_input(serve: Any, begin: Any, client: Any) -> None:
    serve()
    instance = begin("CountTo", [0, 5])
    assert client.wait_for_orchestration(instance).output == 5
    assert client.list_executions(instance) == [1, 2, 3, 4, 5, 6]


def test_nothing_after_it_runs(value: Any) -> None:
    reached = []

    def Jump(ctx, second):
        if second:
            return "second"
        yield ctx.continue_as_new(True)
        reached.append("behind")

    assert value(Jump) == "second"
    assert reached == []


def test_it_may_be_returned_instead_of_yielded_by_a_helper(value: Any) -> None:
    def helper(ctx, number):
        yield ctx.continue_as_new(number + 1)

    def Jump(ctx, number):
        if (number or 0) < 3:
            yield from helper(ctx, number or 0)
        return number

    assert value(Jump) == 3


def test_the_context_counts_executions(value: Any) -> None:
    def Count(ctx, found):
        found = [*(found or []), ctx.execution_id]
        if len(found) < 3:
            yield ctx.continue_as_new(found)
        return found

    assert value(Count) == [1, 2, 3]


def test_the_input_may_be_left_out(value: Any) -> None:
    def Count(ctx, given):
        if ctx.execution_id == 1:
            yield ctx.continue_as_new()
        return [ctx.execution_id, given]

    assert value(Count, "first") == [2, None]


def test_custom_status_and_values_go_with_it(serve: Any, begin: Any, client: Any) -> None:
    def Carry(ctx, second):
        if not second:
            ctx.set_custom_status("set before")
            ctx.set_kv_value("key", "set before")
            yield ctx.continue_as_new(True)
        return [ctx.get_custom_status(), ctx.get_kv_value("key")]

    serve(Carry)
    instance = begin("Carry")
    result = client.wait_for_orchestration(instance)
    assert result.output == ["set before", "set before"]
    assert result.custom_status == "set before"
    assert client.get_kv_value(instance, "key") == "set before"


def test_messages_that_nobody_took_go_with_it(serve: Any, begin_waiting: Any, client: Any) -> None:
    def Late(ctx, second):
        if not second:
            ctx.set_custom_status("waits")
            yield ctx.wait_for_event("now")
            yield ctx.continue_as_new(True)
        return (yield ctx.dequeue_event("later"))

    serve(Late)
    instance = begin_waiting("Late")
    client.enqueue_event(instance, "later", "kept")
    client.raise_event(instance, "now")
    assert client.wait_for_orchestration(instance).output == "kept"


def test_a_wait_waits_for_the_last_execution(serve: Any, begin: Any, client: Any) -> None:
    def Steps(ctx, number):
        yield ctx.schedule_timer(2)
        if number < 4:
            yield ctx.continue_as_new(number + 1)
        return number

    serve(Steps)
    assert client.wait_for_orchestration(begin("Steps", 0), LIMIT * 1000).output == 4


def test_a_parent_gets_the_output_of_the_last_execution(value: Any) -> None:
    def Family(ctx, _):
        return (yield ctx.schedule_sub_orchestration("CountTo", [0, 3]))

    assert value(Family) == 3


def test_execution_information_of_each_execution_stays(serve: Any, begin: Any, client: Any) -> None:
    serve()
    instance = begin("CountTo", [0, 2])
    client.wait_for_orchestration(instance)
    statuses = [client.get_execution_info(instance, i).status for i in client.list_executions(instance)]
    assert statuses == ["ContinuedAsNew", "ContinuedAsNew", "Completed"]


def test_work_that_runs_is_dropped_with_its_execution(value: Any) -> None:
    def Drop(ctx, second):
        if not second:
            yield ctx.race(ctx.schedule_activity("until_cancelled"), ctx.schedule_timer(5))
            yield ctx.continue_as_new(True)
        return "done"

    assert value(Drop) == "done"


def test_a_hint_says_when_the_history_is_long(value: Any) -> None:
    def Sizes(ctx, _):
        first = ctx.history_size
        yield ctx.schedule_activity("echo", 1)
        return [first < ctx.history_size, ctx.continue_as_new_suggested]

    assert value(Sizes) == [True, False]
