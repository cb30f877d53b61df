"""The typed forms: input that is text already is sent as JSON as it stands."""

from __future__ import annotations

from typing import Any

import pytest

from duroxide import Client, Runtime


def test_text_is_sent_as_json_and_other_values_are_encoded(value: Any) -> None:
    def Typed(ctx, _):
        return [
            (yield ctx.schedule_activity_typed("type_name", "21")),
            (yield ctx.schedule_activity_typed("type_name", 21, int)),
            (yield ctx.schedule_activity_typed("echo", {"a": 1}, result_type=dict)),
            (yield ctx.schedule_activity_typed("echo", '{"a": 1}')),
            (yield ctx.schedule_activity("type_name", "21")),
        ]

    assert value(Typed) == ["int", "int", {"a": 1}, {"a": 1}, "str"]


def test_text_that_is_no_json_arrives_as_text(value: Any) -> None:
    def Typed(ctx, _):
        return (yield ctx.schedule_activity_typed("echo", "just text"))

    assert value(Typed) == "just text"


def test_every_typed_form_of_a_context_works(serve: Any, begin_waiting: Any, client: Any) -> None:
    def Child(ctx, given):
        return given

    def Typed(ctx, second):
        if second:
            return second
        policy = {"max_attempts": 2}
        ctx.set_custom_status("waits")
        event = yield ctx.wait_for_event_typed("e")
        found = [
            event,
            (yield ctx.schedule_activity_on_session_typed("echo", "1", "s")),
            (yield ctx.schedule_activity_with_retry_typed("echo", "2", policy)),
            (yield ctx.schedule_activity_with_retry_on_session_typed("echo", "3", policy, "s")),
            (yield ctx.dequeue_event_typed("q")),
            (yield ctx.schedule_sub_orchestration_typed("Child", "4")),
            (yield ctx.schedule_sub_orchestration_with_id_typed("Child", "child", "5")),
            (yield ctx.start_orchestration_typed("Child", "d1", "6")),
            (yield ctx.start_orchestration_versioned_typed("Child", "1.0.0", "d2", "7")),
            (yield ctx.all_typed([ctx.schedule_activity_typed("echo", "8")])),
            (yield ctx.race_typed(ctx.schedule_activity_typed("echo", "9"), ctx.schedule_timer(60_000))),
        ]
        yield ctx.continue_as_new_typed(found)

    serve(Typed, Child)
    instance = begin_waiting("Typed")
    client.raise_event_typed(instance, "e", {"x": 1})
    client.enqueue_event_typed(instance, "q", "text")
    assert client.wait_for_orchestration_typed(instance) == [
        {"x": 1},
        1,
        2,
        3,
        "text",
        4,
        5,
        None,
        None,
        [8],
        {"index": 0, "value": 9},
    ]
    assert [client.wait_for_orchestration(i).output for i in ("d1", "d2")] == [6, 7]


def test_the_typed_forms_of_a_client_are_the_same_functions() -> None:
    for name in ("start_orchestration", "start_orchestration_versioned", "raise_event", "enqueue_event"):
        assert getattr(Client, f"{name}_typed") is getattr(Client, name)


def test_typed_registration_is_registration(runtime: Any, begin: Any, client: Any) -> None:
    made = runtime()

    @made.register_activity_typed("add")
    def add(ctx, pair):
        return sum(pair)

    @made.register_orchestration_typed("Add")
    def Add(ctx, pair):
        return (yield ctx.schedule_activity_typed("add", pair))

    made.register_orchestration_versioned_typed("Other", "2.0.0", lambda ctx, given: given)
    made.start()
    assert client.wait_for_orchestration_typed(begin("Add", [1, 2])) == 3
    assert client.wait_for_orchestration_typed(begin("Other", 5)) == 5
    assert isinstance(made, Runtime)


def test_a_typed_wait_raises_the_failure(serve: Any, begin: Any, client: Any) -> None:
    serve()
    with pytest.raises(Exception, match="it broke"):
        client.wait_for_orchestration_typed(begin("Fail", "it broke"))
