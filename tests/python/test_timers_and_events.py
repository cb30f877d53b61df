"""Timers, events, and the recorded values: the time and guids."""

from __future__ import annotations

import datetime
import time
import uuid
from typing import Any

import pytest

from kit import LIMIT, eventually


def test_a_timer_gives_none_and_lasts_at_least_its_time(value: Any) -> None:
    def Timer(ctx, ms):
        return [(yield ctx.schedule_timer(ms))]

    began = time.monotonic()
    assert value(Timer, 60) == [None]
    assert time.monotonic() - began >= 0.06


def test_a_timer_of_nothing_fires_at_once(value: Any) -> None:
    def Timer(ctx, _):
        return [(yield ctx.schedule_timer(0))]

    assert value(Timer) == [None]


@pytest.mark.parametrize("delay", [-1, 1.5, "5", None, True, 10**30])
def test_a_bad_delay_raises_where_it_is_used(value: Any, delay: Any) -> None:
    def Timer(ctx, given):
        try:
            yield ctx.schedule_timer(given)
        except (TypeError, ValueError, OverflowError) as error:
            return f"refused: {error}"

    assert value(Timer, delay).startswith("refused: ")


def test_an_event_gives_its_data(serve: Any, begin_waiting: Any, client: Any) -> None:
    serve()
    instance = begin_waiting()
    client.raise_event(instance, "go", {"n": [1, None, "x"]})
    assert client.wait_for_orchestration(instance).output == {"n": [1, None, "x"]}


def test_an_event_without_data_gives_none(serve: Any, begin_waiting: Any, client: Any) -> None:
    serve()
    instance = begin_waiting()
    client.raise_event(instance, "go")
    result = client.wait_for_orchestration(instance)
    assert (result.status, result.output) == ("Completed", None)


def test_an_event_that_nobody_waits_for_is_passed_over(serve: Any, begin_waiting: Any, client: Any) -> None:
    def Late(ctx, _):
        ctx.set_custom_status("waits for the first")
        yield ctx.wait_for_event("first")
        ctx.set_custom_status("waits for the second")
        return (yield ctx.wait_for_event("second"))

    serve(Late)
    instance = begin_waiting("Late")
    client.raise_event(instance, "second", "early")
    client.raise_event(instance, "first")
    eventually(lambda: client.get_status(instance).custom_status == "waits for the second")
    client.raise_event(instance, "second", "in time")
    assert client.wait_for_orchestration(instance).output == "in time"


def test_an_event_of_another_name_does_not_end_the_wait(serve: Any, begin_waiting: Any, client: Any) -> None:
    serve()
    instance = begin_waiting()
    client.raise_event(instance, "stay", 1)
    with pytest.raises(TimeoutError):
        client.wait_for_orchestration(instance, 100)
    client.raise_event(instance, "go", 2)
    assert client.wait_for_orchestration(instance).output == 2


def test_an_event_races_a_timer(serve: Any, begin_waiting: Any, client: Any) -> None:
    def Approve(ctx, _):
        ctx.set_custom_status("asks")
        won = yield ctx.race(ctx.wait_for_event("approval"), ctx.schedule_timer(60_000))
        return "approved" if won["index"] == 0 else "too late"

    serve(Approve)
    instance = begin_waiting("Approve")
    client.raise_event(instance, "approval", True)
    assert client.wait_for_orchestration(instance).output == "approved"


def test_a_timer_takes_a_timedelta(value: Any) -> None:
    def Timer(ctx, _):
        return [(yield ctx.schedule_timer(datetime.timedelta(milliseconds=5)))]

    assert value(Timer) == [None]


def test_a_timer_survives_a_restart(serve: Any, begin: Any, client: Any, reopen: Any) -> None:
    def Sleep(ctx, _):
        ctx.set_custom_status("sleeps")
        yield ctx.schedule_timer(300)
        return "woke"

    first = serve(Sleep)
    instance = begin("Sleep")
    client.wait_for_status_change(instance, 0)
    first.shutdown(2000)
    serve(Sleep, on=reopen())
    assert client.wait_for_orchestration(instance, LIMIT * 1000).output == "woke"


def test_the_time_is_recorded(serve: Any, begin: Any, client: Any, reopen: Any) -> None:
    seen = []

    def Now(ctx, _):
        now = yield ctx.utc_now()
        seen.append(now)
        ctx.set_custom_status("asked")
        yield ctx.wait_for_event("go")
        return now

    first = serve(Now)
    before = int(time.time() * 1000)
    instance = begin("Now")
    client.wait_for_status_change(instance, 0)
    after = int(time.time() * 1000)
    first.shutdown(2000)
    serve(Now, on=reopen())
    client.raise_event(instance, "go")
    now = client.wait_for_orchestration(instance, LIMIT * 1000).output
    assert before - 1 <= now <= after + 1
    assert len(seen) >= 2
    assert set(seen) == {now}


def test_guids_are_random_and_of_version_4(value: Any) -> None:
    def Guids(ctx, _):
        return [(yield ctx.new_guid()), (yield ctx.new_guid())]

    first, second = value(Guids)
    assert first != second
    assert [uuid.UUID(each).version for each in (first, second)] == [4, 4]
    assert str(uuid.UUID(first)) == first


def test_two_instances_get_different_guids(serve: Any, run: Any) -> None:
    def Guid(ctx, _):
        return (yield ctx.new_guid())

    serve(Guid)
    assert run("Guid").output != run("Guid").output
