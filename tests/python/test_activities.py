"""Activities: what they get, what they give, how they are cancelled."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from kit import LIMIT, eventually


def test_an_activity_gives_its_result_to_the_yield(serve: Any, value: Any) -> None:
    serve()
    assert value("Hello", "World") == "Hello, World!"


def test_a_plain_function_without_a_yield_completes_at_once(value: Any) -> None:
    def Plain(ctx, number):
        return number + 1

    assert value(Plain, 41) == 42


def test_an_activity_without_a_return_gives_none(value: Any) -> None:
    def nothing(ctx, _):
        pass

    def Nothing(ctx, _):
        return [(yield ctx.schedule_activity("nothing"))]

    assert value(Nothing, activities=[nothing]) == [None]


def test_an_activity_without_an_input_gets_none(value: Any) -> None:
    def Name(ctx, _):
        return (yield ctx.schedule_activity("type_name"))

    assert value(Name) == "NoneType"


def test_the_context_of_an_activity_names_where_it_runs(run: Any, begin: Any, serve: Any, client: Any) -> None:
    def describe(ctx, _):
        return {
            "instance_id": ctx.instance_id,
            "execution_id": ctx.execution_id,
            "orchestration_name": ctx.orchestration_name,
            "orchestration_version": ctx.orchestration_version,
            "activity_name": ctx.activity_name,
            "session_id": ctx.session_id,
            "tag": ctx.tag(),
            "has a worker": isinstance(ctx.worker_id, str) and ctx.worker_id != "",
        }

    def Describe(ctx, _):
        return (yield ctx.schedule_activity("describe"))

    serve(Describe, activities=[describe])
    instance = begin("Describe")
    assert client.wait_for_orchestration(instance).output == {
        "instance_id": instance,
        "execution_id": 1,
        "orchestration_name": "Describe",
        "orchestration_version": "1.0.0",
        "activity_name": "describe",
        "session_id": None,
        "tag": None,
        "has a worker": True,
    }


def test_activities_run_side_by_side(value: Any) -> None:
    met = threading.Barrier(3)

    def meet(ctx, _):
        met.wait(LIMIT)
        return "met"

    def Meet(ctx, _):
        return (yield ctx.all_typed([ctx.schedule_activity("meet") for _ in range(3)]))

    assert value(Meet, activities=[meet], worker_concurrency=3) == ["met"] * 3


def test_a_decorator_registers_and_gives_the_function_back(runtime: Any, begin: Any, client: Any) -> None:
    own = runtime()

    @own.register_activity("shout")
    def shout(ctx, text):
        return text.upper()

    @own.register_orchestration("Shout")
    def Shout(ctx, text):
        return (yield ctx.schedule_activity("shout", text))

    own.start()
    assert shout(None, "direct") == "DIRECT"
    assert client.wait_for_orchestration(begin("Shout", "loud")).output == "LOUD"


def test_a_method_and_a_callable_object_can_be_activities(value: Any) -> None:
    class Adder:
        def __init__(self, by):
            self.by = by
            self.__name__ = "add_object"

        def __call__(self, ctx, number):
            return number + self.by

        def add_method(self, ctx, number):
            return number + 2 * self.by

    adder = Adder(10)

    def Add(ctx, number):
        first = yield ctx.schedule_activity("add_object", number)
        return (yield ctx.schedule_activity("add_method", first))

    assert value(Add, 1, activities=[adder, adder.add_method]) == 31


def test_an_activity_learns_at_once_that_it_is_cancelled(run: Any) -> None:
    seen = []

    def wait(ctx, _):
        seen.append(ctx.is_cancelled())
        seen.append(ctx.wait_for_cancellation(LIMIT * 1000))
        seen.append(ctx.is_cancelled())

    def Race(ctx, _):
        return (yield ctx.race(ctx.schedule_activity("wait"), ctx.schedule_timer(20)))["index"]

    assert run(Race, activities=[wait]).output == 1
    eventually(lambda: len(seen) == 3)
    assert seen == [False, True, True]


def test_a_wait_for_cancellation_ends_with_its_time(value: Any) -> None:
    def wait(ctx, _):
        return ctx.wait_for_cancellation(10)

    def Wait(ctx, _):
        return (yield ctx.schedule_activity("wait"))

    assert value(Wait, activities=[wait]) is False


def test_cancelling_an_instance_cancels_its_activity(serve: Any, begin: Any, client: Any) -> None:
    began, cancelled = threading.Event(), threading.Event()

    def wait(ctx, _):
        began.set()
        if ctx.wait_for_cancellation(LIMIT * 1000):
            cancelled.set()

    def Wait(ctx, _):
        yield ctx.schedule_activity("wait")

    serve(Wait, activities=[wait])
    instance = begin("Wait")
    assert began.wait(LIMIT)
    client.cancel_instance(instance, "enough")
    result = client.wait_for_orchestration(instance)
    assert (result.status, result.error) == ("Failed", "canceled: enough")
    assert cancelled.wait(LIMIT)


def test_an_activity_uses_a_client(value: Any) -> None:
    def start_another(ctx, name):
        client = ctx.get_client()
        client.start_orchestration("other", name, [3, 3])
        return client.wait_for_orchestration("other").output

    def Start(ctx, _):
        return (yield ctx.schedule_activity("start_another", "CountTo"))

    assert value(Start, activities=[start_another]) == 3


def test_the_context_of_an_ended_activity_is_dead(value: Any) -> None:
    kept = []

    def keep(ctx, _):
        kept.append(ctx)

    def Keep(ctx, _):
        yield ctx.schedule_activity("keep")

    value(Keep, activities=[keep])
    assert kept[0].is_cancelled() is False
    kept[0].heartbeat("late")
    kept[0].trace_info("late")
    with pytest.raises(RuntimeError, match="Activity context not found"):
        kept[0].get_client()


def test_a_heartbeat_is_seen_by_clients(serve: Any, begin: Any, client: Any) -> None:
    go = threading.Event()

    def work(ctx, _):
        ctx.heartbeat({"done": 7})
        assert go.wait(LIMIT)

    def Work(ctx, _):
        yield ctx.schedule_activity("work")

    serve(Work, activities=[work])
    instance = begin("Work")
    running = eventually(lambda: [a for a in client.get_activities(instance) if a.progress is not None])
    assert (running[0].name, running[0].progress, running[0].attempt) == ("work", {"done": 7}, 1)
    go.set()
    assert client.wait_for_orchestration(instance).status == "Completed"
    assert client.get_activities(instance) == []


def test_a_task_that_is_yielded_twice_is_two_calls(value: Any) -> None:
    calls = []

    def count(ctx, _):
        calls.append(1)
        return len(calls)

    def Twice(ctx, _):
        task = ctx.schedule_activity("count")
        return [(yield task), (yield task)]

    assert value(Twice, activities=[count]) == [1, 2]


def test_an_activity_that_nobody_runs_waits_for_its_handler(
    serve: Any, begin: Any, client: Any, reopen: Any
) -> None:
    def Late(ctx, _):
        return (yield ctx.schedule_activity("late", 4))

    def late(ctx, number):
        return number + 1

    first = serve(Late)
    instance = begin("Late")
    eventually(lambda: client.get_queue_depths().worker_queue == 1)
    first.shutdown(1000)
    serve(Late, activities=[late], on=reopen())
    assert client.wait_for_orchestration(instance, LIMIT * 1000).output == 5
