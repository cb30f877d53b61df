"""duroxide.testing: virtual time, crashes, replays of recorded histories."""

from __future__ import annotations

import datetime
import io
import time
from pathlib import Path
from typing import Any

import pytest

import handlers
from duroxide import ConfigurationError, RuntimeOptions
from duroxide.testing import (
    Environment,
    NotCrashSafe,
    crash_everywhere,
    gate,
    replay_exported,
    replay_open_instances,
)
from kit import FILE, POSTGRES

DAY = 24 * 3600 * 1000


def Month(ctx: Any, _: Any) -> Any:
    reminders = 0
    for _day in range(30):
        won = yield ctx.race(ctx.wait_for_event("paid"), ctx.schedule_timer(DAY))
        if won["index"] == 0:
            return ["paid", reminders]
        reminders = yield ctx.schedule_activity("remind", reminders)
    return ["never paid", reminders]


def remind(ctx: Any, count: int) -> int:
    return count + 1


def register(target: Any) -> None:
    target.register_activity("remind", remind)
    target.register_activity("echo", handlers.echo)
    target.register_activity("double", handlers.double)
    target.register_activity("echo_async", handlers.echo_async)
    target.register_orchestration("Month", Month)
    target.register_orchestration("Echo", handlers.Echo)
    target.register_orchestration("Hello", handlers.Hello)
    target.register_orchestration("WaitForGo", handlers.WaitForGo)


def test_a_month_passes_in_a_moment() -> None:
    began = time.monotonic()
    with Environment(register) as world:
        before = world.now()
        client = world.client()
        client.start_orchestration("i", "Month")
        assert client.wait_for_orchestration("i", None).output == ["never paid", 30]
        assert world.now() - before >= 30 * DAY
    assert time.monotonic() - began < 10


def test_time_stands_still_unless_the_test_waits() -> None:
    begin = datetime.datetime(2030, 1, 1, tzinfo=datetime.timezone.utc)
    with Environment(register, begin=begin) as world:
        assert world.now() == round(begin.timestamp() * 1000)
        world.advance(5000)
        world.advance(datetime.timedelta(seconds=1))
        assert world.now() == round(begin.timestamp() * 1000) + 6000


def test_something_happens_in_the_middle_of_it() -> None:
    with Environment(register) as world:
        client = world.client()
        client.start_orchestration("i", "Month")
        world.call_after(10 * DAY + 1, lambda: client.raise_event("i", "paid"))
        assert client.wait_for_orchestration("i", None).output == ["paid", 10]


def test_a_wait_times_out_in_the_time_of_the_environment() -> None:
    began = time.monotonic()
    with Environment(register) as world:
        client = world.client()
        client.start_orchestration("i", "WaitForGo")
        with pytest.raises(TimeoutError, match="go"):
            client.wait_for_orchestration("i", 3600_000)
    assert time.monotonic() - began < 10


def test_an_activity_is_replaced() -> None:
    with Environment(register) as world:
        world.replace_activity("echo", lambda ctx, given: f"not {given}")
        world.client().start_orchestration("i", "Echo", "this")
        assert world.client().wait_for_orchestration("i").output == "not this"
        with pytest.raises(ConfigurationError):
            world.replace_activity("echo", handlers.echo)


def test_an_async_activity_runs_to_its_end() -> None:
    def Calls(ctx, given):
        return (yield ctx.schedule_activity("echo_async", given))

    def with_calls(target):
        register(target)
        target.register_orchestration("Calls", Calls)

    with Environment(with_calls) as world:
        world.client().start_orchestration("i", "Calls", 5)
        assert world.client().wait_for_orchestration("i").output == 5


def test_an_instance_goes_on_after_a_crash() -> None:
    with Environment(register) as world:
        client = world.client()
        client.start_orchestration("i", "Month")
        world.advance(3 * DAY)
        world.crash()
        assert world.crashes() == 1
        assert client.wait_for_orchestration("i", None).output == ["never paid", 30]
        assert world.writes() > 30
        assert world.last_write() != ""


def test_a_crash_at_a_chosen_write() -> None:
    with Environment(register, crash=(2, True)) as world:
        world.client().start_orchestration("i", "Echo", 1)
        assert world.client().wait_for_orchestration("i").output == 1
        assert world.crashes() == 1
        assert world.crashed_write() != ""


def test_two_seeds_give_the_same_result() -> None:
    outputs = set()
    for seed in range(4):
        with Environment(register, seed=seed) as world:
            for name in "abc":
                world.client().start_orchestration(name, "Hello", name)
            outputs.add(tuple(world.client().wait_for_orchestration(name).output for name in "abc"))
    assert outputs == {("Hello, a!", "Hello, b!", "Hello, c!")}


def test_a_workflow_survives_a_crash_everywhere() -> None:
    def scenario(world: Environment) -> Any:
        client = world.client()
        client.start_orchestration("i", "Hello", "World")
        return client.wait_for_orchestration("i").output

    report = crash_everywhere(register, scenario)
    assert report.writes >= 2
    assert report.crashes == 2 * report.writes


def test_a_workflow_that_is_not_crash_safe_is_found() -> None:
    calls = []

    def count(ctx, _):
        calls.append(1)
        return len(calls)

    def Counts(ctx, _):
        return (yield ctx.schedule_activity("count"))

    def with_counts(target):
        target.register_activity("count", count)
        target.register_orchestration("Counts", Counts)

    def scenario(world: Environment) -> Any:
        calls.clear()
        world.client().start_orchestration("i", "Counts")
        return world.client().wait_for_orchestration("i").output

    with pytest.raises(NotCrashSafe, match="crash="):
        crash_everywhere(with_counts, scenario)


def test_a_scenario_without_a_write_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="durable write"):
        crash_everywhere(register, lambda world: 1)


def test_nondeterministic_code_is_found_in_its_first_run() -> None:
    asked: list[int] = []

    def Asks(ctx, _):
        asked.append(1)
        yield ctx.schedule_activity("echo", len(asked))
        yield ctx.schedule_activity("echo", 0)

    def with_asks(target):
        register(target)
        target.register_orchestration("Asks", Asks)

    with Environment(with_asks) as world:
        world.client().start_orchestration("i", "Asks")
        result = world.client().wait_for_orchestration("i")
    assert (result.status, result.failure.kind) == ("Failed", "nondeterminism")


def test_options_are_those_of_a_runtime() -> None:
    with Environment(register, options=RuntimeOptions(payload_limit=10)) as world:
        world.client().start_orchestration("i", "Hello", "World")
        assert world.client().wait_for_orchestration("i").failure.kind == "limit_exceeded"


def test_one_environment_at_a_time_in_a_thread() -> None:
    with Environment(register):
        with pytest.raises(ConfigurationError):
            Environment(register)
    with Environment(register):
        pass


def test_what_registering_raises_is_raised_by_the_first_use() -> None:
    def broken(target):
        raise LookupError("not registered")

    with pytest.raises(LookupError, match="not registered"):
        with Environment(broken) as world:
            world.client().start_orchestration("i", "Echo")


# -- replays ---------------------------------------------------------------------------------


def changed(target: Any) -> None:
    def WaitForGo(ctx, _):
        yield ctx.schedule_timer(5)

    target.register_orchestration("WaitForGo", WaitForGo)
    target.register_orchestration("Echo", handlers.Echo)
    target.register_activity("echo", handlers.echo)


@pytest.fixture
def recorded(serve: Any, begin: Any, begin_waiting: Any, client: Any, tmp_path: Path) -> tuple[str, str, Path]:
    """An open and an ended instance in the store, and in an export of it."""
    served = serve()
    waiting, ended = begin_waiting(), begin("Echo", 1)
    client.wait_for_orchestration(ended)
    served.shutdown(2000)
    file = tmp_path / "export.jsonl"
    client.export_instances(file)
    return waiting, ended, file


def test_open_instances_are_replayed_against_code(recorded: Any, provider: Any, client: Any) -> None:
    waiting, _, _ = recorded
    good = replay_open_instances(provider, register)
    assert [(each.instance, each.matches, each.why) for each in good] == [(waiting, True, "")]
    bad = replay_open_instances(provider, changed)
    assert [each.matches for each in bad] == [False]
    assert "test_testing.py" in bad[0].why
    assert client.get_status(waiting).status == "Running"


def test_exported_instances_are_replayed_against_code(recorded: Any) -> None:
    waiting, ended, file = recorded
    assert {each.instance: each.matches for each in replay_exported(file, register)} == {waiting: True, ended: True}
    assert {each.instance: each.matches for each in replay_exported(file, changed)} == {waiting: False, ended: True}


@pytest.mark.stores(FILE, POSTGRES)
def test_a_gate_says_whether_code_can_be_deployed(recorded: Any, store: Any, capsys: Any) -> None:
    waiting, _, _ = recorded
    report = io.StringIO()
    assert gate(store.url(), register, report) == 0
    assert waiting in report.getvalue()
    assert gate(store.url(), changed) == 1
    assert waiting in capsys.readouterr().out
    assert gate("sqlite:/no/such/file.db", register, io.StringIO()) == 2
