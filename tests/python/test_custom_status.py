"""The custom status of an instance: a text, with a number that grows."""

from __future__ import annotations

from typing import Any

import pytest

from kit import LIMIT


def Steps(ctx: Any, count: int) -> Any:
    for i in range(1, count + 1):
        ctx.set_custom_status(f"step {i}")
        yield ctx.wait_for_event(f"go-{i}")


def test_a_client_sees_the_status(serve: Any, begin: Any, client: Any) -> None:
    serve()
    instance = begin("WaitForGo")
    seen = client.wait_for_status_change(instance, 0)
    assert (seen.status, seen.custom_status, seen.custom_status_version) == ("Running", "waits", 1)


def test_its_number_grows_with_each_turn_that_changes_it(serve: Any, begin: Any, client: Any) -> None:
    serve(Steps)
    instance = begin("Steps", 3)
    version = 0
    for i in range(1, 4):
        seen = client.wait_for_status_change(instance, version)
        assert seen.custom_status == f"step {i}"
        assert seen.custom_status_version > version
        version = seen.custom_status_version
        client.raise_event(instance, f"go-{i}")
    assert client.wait_for_orchestration(instance).custom_status == "step 3"


def test_the_last_of_a_turn_counts(serve: Any, begin: Any, client: Any) -> None:
    def Many(ctx, _):
        for i in range(5):
            ctx.set_custom_status(f"s{i}")
        return ctx.get_custom_status()

    serve(Many)
    instance = begin("Many")
    result = client.wait_for_orchestration(instance)
    assert (result.output, result.custom_status) == ("s4", "s4")


def test_a_status_is_the_text_of_what_was_given(value: Any, client: Any) -> None:
    def Texts(ctx, _):
        found = []
        for each in (5, {"a": 1}, "ü \n", ""):
            ctx.set_custom_status(each)
            found.append(ctx.get_custom_status())
        return found

    assert value(Texts) == ["5", str({"a": 1}), "ü \n", ""]


def test_a_reset_status_is_none(serve: Any, begin: Any, client: Any) -> None:
    def Reset(ctx, _):
        before = ctx.get_custom_status()
        ctx.set_custom_status("set")
        ctx.reset_custom_status()
        yield ctx.schedule_timer(0)
        return [before, ctx.get_custom_status()]

    serve(Reset)
    instance = begin("Reset")
    result = client.wait_for_orchestration(instance)
    assert (result.output, result.custom_status) == ([None, None], None)


def test_a_wait_for_a_change_ends_when_the_instance_ends(serve: Any, begin: Any, client: Any) -> None:
    serve()
    instance = begin("Echo", 1)
    seen = client.wait_for_status_change(instance, 0, 10, LIMIT * 1000)
    assert (seen.status, seen.output) == ("Completed", 1)


def test_a_wait_for_a_change_that_does_not_come_times_out(serve: Any, begin: Any, client: Any) -> None:
    serve()
    instance = begin("WaitForGo")
    version = client.wait_for_status_change(instance, 0).custom_status_version
    with pytest.raises(TimeoutError):
        client.wait_for_status_change(instance, version, poll_interval_ms=10, timeout_ms=50)


def test_a_status_that_is_too_long_is_refused(run: Any) -> None:
    def Long(ctx, _):
        ctx.set_custom_status("x" * (256 * 1024 + 1))
        yield ctx.schedule_timer(0)

    result = run(Long)
    assert result.status == "Failed"
    assert "custom status" in result.error


def test_the_status_stays_readable_after_the_end(serve: Any, begin: Any, client: Any, reopen: Any) -> None:
    def Set(ctx, _):
        ctx.set_custom_status("final")

    serve(Set)
    instance = begin("Set")
    assert client.wait_for_orchestration(instance).custom_status == "final"
    from duroxide import Client

    assert Client(reopen()).get_status(instance).custom_status == "final"
