"""Activities that are coroutines: they hold no worker, and run on one event loop."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from typing import Any

from kit import LIMIT, eventually


def Race(ctx: Any, name: str) -> Any:
    return (yield ctx.race(ctx.schedule_activity(name), ctx.schedule_timer(20)))["index"]


def test_a_coroutine_gives_its_result(value: Any) -> None:
    async def add(ctx, pair):
        await asyncio.sleep(0.001)
        return sum(pair)

    def Add(ctx, pair):
        return (yield ctx.schedule_activity("add", pair))

    assert value(Add, [3, 4], activities=[add]) == 7


def test_a_coroutine_fails_with_its_exception(run: Any) -> None:
    async def break_down(ctx, text):
        await asyncio.sleep(0)
        raise KeyError(text)

    def Break(ctx, text):
        try:
            yield ctx.schedule_activity("break_down", text)
        except Exception as error:
            return [type(error).__name__, error.type_name, str(error)]

    name, original, text = run(Break, "lost", activities=[break_down]).output
    assert (name, original) == ("ActivityFailed", "KeyError")
    assert "lost" in text


def test_two_hundred_coroutines_run_at_once_with_one_worker(value: Any) -> None:
    waiting: list[int] = []
    together = []

    async def meet(ctx, number):
        waiting.append(number)
        while len(waiting) < 200:
            await asyncio.sleep(0.001)
        together.append(number)
        return number

    def Meet(ctx, count):
        return (yield ctx.all_typed([ctx.schedule_activity("meet", i) for i in range(count)]))

    assert value(Meet, 200, activities=[meet], worker_concurrency=1) == list(range(200))
    assert len(together) == 200


def test_they_all_run_on_one_loop_in_one_thread(value: Any) -> None:
    async def where(ctx, _):
        await asyncio.sleep(0)
        return [threading.get_ident(), id(asyncio.get_running_loop())]

    def Where(ctx, _):
        return (yield ctx.all_typed([ctx.schedule_activity("where") for _ in range(5)]))

    places = value(Where, activities=[where])
    assert all(place == places[0] for place in places)
    assert places[0][0] != threading.get_ident()


def test_cancellation_arrives_as_cancelled_error(run: Any) -> None:
    seen = []

    async def sleep(ctx, _):
        try:
            await asyncio.sleep(LIMIT)
        except asyncio.CancelledError:
            seen.append(("cancelled", ctx.is_cancelled()))
            raise
        finally:
            seen.append(("finally", True))

    assert run(Race, "sleep", activities=[sleep]).output == 1
    eventually(lambda: len(seen) == 2)
    assert seen == [("cancelled", True), ("finally", True)]


def test_a_coroutine_that_ignores_its_cancellation_is_not_waited_for(run: Any) -> None:
    go = threading.Event()

    async def stubborn(ctx, _):
        while not go.is_set():
            try:
                await asyncio.sleep(0.01)
            except asyncio.CancelledError:
                pass
        return "late"

    try:
        assert run(Race, "stubborn", activities=[stubborn]).output == 1
    finally:
        go.set()


def test_a_coroutine_that_raises_cancelled_error_itself_fails(run: Any) -> None:
    async def give_up(ctx, _):
        raise asyncio.CancelledError("by itself")

    def GiveUp(ctx, _):
        try:
            yield ctx.schedule_activity("give_up")
        except Exception as error:
            return error.type_name

    result = run(GiveUp, activities=[give_up])
    assert (result.status, result.output) == ("Completed", "CancelledError")


def test_a_coroutine_may_start_tasks_and_use_locks(value: Any) -> None:
    async def total(ctx, count):
        lock, found = asyncio.Lock(), []

        async def add(number):
            async with lock:
                await asyncio.sleep(0)
                found.append(number)

        await asyncio.gather(*(add(i) for i in range(count)))
        return sum(found)

    def Total(ctx, count):
        return (yield ctx.schedule_activity("total", count))

    assert value(Total, 10, activities=[total]) == 45


def test_context_variables_of_two_coroutines_are_apart(value: Any) -> None:
    name: contextvars.ContextVar[str] = contextvars.ContextVar("name", default="unset")

    async def remember(ctx, text):
        before = name.get()
        name.set(text)
        await asyncio.sleep(0.005)
        return [before, name.get()]

    def Remember(ctx, _):
        return (yield ctx.all_typed([ctx.schedule_activity("remember", text) for text in "ab"]))

    assert value(Remember, activities=[remember]) == [["unset", "a"], ["unset", "b"]]


def test_a_coroutine_is_retried(value: Any) -> None:
    attempts = []

    async def flaky(ctx, _):
        attempts.append(ctx.attempt)
        if len(attempts) < 3:
            raise OSError("not yet")
        return len(attempts)

    def Flaky(ctx, _):
        return (yield ctx.schedule_activity_with_retry("flaky", None, {"max_attempts": 3, "backoff": "none"}))

    assert value(Flaky, activities=[flaky]) == 3
    assert attempts == [1, 2, 3]


def test_the_event_loop_goes_away_with_the_runtime(serve: Any, run: Any) -> None:
    threads = []

    async def where(ctx, _):
        threads.append(threading.current_thread())

    def Where(ctx, _):
        yield ctx.schedule_activity("where")

    served = serve(Where, activities=[where])
    assert run("Where").status == "Completed"
    served.shutdown(2000)
    eventually(lambda: not threads[0].is_alive())


def test_shutdown_cancels_a_coroutine_that_runs(serve: Any, begin: Any) -> None:
    began, ended = threading.Event(), threading.Event()

    async def sleep(ctx, _):
        began.set()
        try:
            await asyncio.sleep(LIMIT * 10)
        finally:
            ended.set()

    def Sleep(ctx, _):
        yield ctx.schedule_activity("sleep")

    served = serve(Sleep, activities=[sleep])
    begin("Sleep")
    assert began.wait(LIMIT)
    served.shutdown(100)
    assert ended.wait(LIMIT)
