"""Event queues: in order, nothing lost, carried over a restart and over continue-as-new."""

from __future__ import annotations

from typing import Any

from kit import LIMIT


def Collect(ctx: Any, count: int) -> Any:
    found = []
    for _ in range(count):
        found.append((yield ctx.dequeue_event("q")))
    return found


def test_messages_come_in_the_order_in_which_they_were_sent(serve: Any, begin: Any, client: Any) -> None:
    serve(Collect)
    instance = begin("Collect", 50)
    for i in range(50):
        client.enqueue_event(instance, "q", i)
    assert client.wait_for_orchestration(instance).output == list(range(50))


def test_a_message_is_the_value_that_was_sent(serve: Any, begin: Any, client: Any) -> None:
    serve(Collect)
    sent = [{"text": "hi", "n": 1}, "plain", None, [1, [2]], 1.5, True, '{"text": "json in text"}']
    instance = begin("Collect", len(sent))
    for each in sent:
        client.enqueue_event(instance, "q", each)
    assert client.wait_for_orchestration(instance).output == sent


def test_queues_are_apart(serve: Any, begin: Any, client: Any) -> None:
    def Two(ctx, _):
        b = yield ctx.dequeue_event("b")
        a = yield ctx.dequeue_event("a")
        return [a, b]

    serve(Two)
    instance = begin("Two")
    client.enqueue_event(instance, "a", "for a")
    client.enqueue_event(instance, "b", "for b")
    assert client.wait_for_orchestration(instance).output == ["for a", "for b"]


def test_a_queue_is_no_event(serve: Any, begin_waiting: Any, client: Any) -> None:
    def Both(ctx, _):
        ctx.set_custom_status("waits")
        return (yield ctx.all_typed([ctx.wait_for_event("same"), ctx.dequeue_event("same")]))

    serve(Both)
    instance = begin_waiting("Both")
    client.enqueue_event(instance, "same", "queued")
    client.raise_event(instance, "same", "raised")
    assert client.wait_for_orchestration(instance).output == ["raised", "queued"]


def test_waiting_messages_are_there_after_a_restart(serve: Any, begin: Any, client: Any, reopen: Any) -> None:
    first = serve(Collect)
    instance = begin("Collect", 4)
    client.enqueue_event(instance, "q", 1)
    client.enqueue_event(instance, "q", 2)
    first.shutdown(2000)
    client.enqueue_event(instance, "q", 3)
    serve(Collect, on=reopen())
    client.enqueue_event(instance, "q", 4)
    assert client.wait_for_orchestration(instance, LIMIT * 1000).output == [1, 2, 3, 4]


def test_continue_as_new_carries_all_messages_over(serve: Any, begin: Any, client: Any) -> None:
    def OneByOne(ctx, found):
        found = [*found, (yield ctx.dequeue_event("q"))]
        if len(found) < 30:
            yield ctx.continue_as_new(found)
        return found

    serve(OneByOne)
    instance = begin("OneByOne", [])
    for i in range(30):
        client.enqueue_event(instance, "q", i)
    assert client.wait_for_orchestration(instance).output == list(range(30))


def test_a_chat_answers_each_message(serve: Any, begin: Any, client: Any) -> None:
    def Chat(ctx, _):
        count = 0
        while True:
            message = yield ctx.dequeue_event("inbox")
            if message == "bye":
                return count
            count += 1
            ctx.set_kv_value(f"answer-{count}", (yield ctx.schedule_activity("echo", message.upper())))

    serve(Chat)
    instance = begin("Chat")
    for number, text in enumerate(["hi", "how are you"], 1):
        client.enqueue_event(instance, "inbox", text)
        assert client.wait_for_kv_value(instance, f"answer-{number}") == text.upper()
    client.enqueue_event(instance, "inbox", "bye")
    assert client.wait_for_orchestration(instance).output == 2
