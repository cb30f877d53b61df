"""The life of a runtime, what may be registered when, what it counts, and several runtimes side by side."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from duroxide import Client, ConfigurationError, Runtime, RuntimeOptions, SqliteProvider, activity, orchestration
from kit import LIMIT, eventually


def first(ctx: Any, given: Any) -> Any:
    return "first"


def second(ctx: Any, given: Any) -> Any:
    return "second"


# -- registering ------------------------------------------------------------------


@pytest.mark.parametrize("register", ["register_activity", "register_orchestration"])
def test_a_registration_after_the_start_is_refused(serve: Any, register: str) -> None:
    served = serve()
    with pytest.raises(RuntimeError):
        getattr(served, register)("late", first)


@pytest.mark.parametrize("register", ["register_activity", "register_orchestration"])
def test_another_function_under_a_name_that_is_taken_is_refused(runtime: Any, register: str) -> None:
    made = runtime()
    getattr(made, register)("name", first)
    getattr(made, register)("name", first)
    with pytest.raises(ConfigurationError, match="name"):
        getattr(made, register)("name", second)


@pytest.mark.parametrize("register", ["register_activity", "register_orchestration"])
@pytest.mark.parametrize("name", ["", "x" * 257, "line\nbreak"])
def test_a_bad_name_is_refused_at_its_registration(runtime: Any, register: str, name: str) -> None:
    with pytest.raises(ValueError):
        getattr(runtime(), register)(name, first)


def test_definitions_register_themselves(runtime: Any, begin: Any, client: Any) -> None:
    @activity
    def shout(ctx: Any, text: str) -> str:
        return text.upper()

    @orchestration(name="Shouts", version="2.0.0")
    def any_name(ctx: Any, text: str) -> Any:
        return [ctx.orchestration_version, (yield ctx.schedule_activity(shout, text))]

    made = runtime()
    made.register(shout, any_name)
    made.start()
    assert shout(None, "called") == "CALLED"
    client.start_orchestration("i", any_name, "loud")
    assert client.wait_for_orchestration("i").output == ["2.0.0", "LOUD"]


# -- start and shutdown ------------------------------------------------------------


def test_a_start_returns_at_once_and_happens_once(serve: Any) -> None:
    served = serve()
    with pytest.raises(RuntimeError):
        served.start()


def test_a_shutdown_before_the_start_does_nothing(runtime: Any) -> None:
    made = runtime()
    made.shutdown(0)
    made.shutdown()
    assert made.metrics_snapshot() is None


def test_a_runtime_that_was_shut_down_does_not_start_again(serve: Any) -> None:
    served = serve()
    served.shutdown(1000)
    served.shutdown(1000)
    with pytest.raises(RuntimeError):
        served.start()


def test_a_shutdown_of_an_idle_runtime_does_not_wait(serve: Any, run: Any) -> None:
    served = serve()
    assert run("Echo", 1).output == 1
    began = time.monotonic()
    served.shutdown(20_000)
    assert time.monotonic() - began < 5


def test_a_shutdown_lets_running_work_end(serve: Any, begin: Any, client: Any) -> None:
    began, ended = threading.Event(), []

    def work(ctx, _):
        began.set()
        time.sleep(0.1)
        ended.append("ended")
        return "ended"

    def Work(ctx, _):
        return (yield ctx.schedule_activity("work"))

    served = serve(Work, activities=[work])
    begin("Work")
    assert began.wait(LIMIT)
    served.shutdown(20_000)
    assert ended == ["ended"]


@pytest.mark.parametrize("timeout_ms", [0, 50])
def test_a_shutdown_has_an_end_and_the_work_goes_on_later(
    serve: Any, begin: Any, client: Any, reopen: Any, timeout_ms: int
) -> None:
    began, go = threading.Event(), threading.Event()

    def work(ctx, _):
        began.set()
        go.wait(LIMIT)
        return "done"

    def Work(ctx, _):
        return (yield ctx.schedule_activity("work"))

    served = serve(Work, activities=[work], activity_cancellation_grace_period_ms=50)
    instance = begin("Work")
    assert began.wait(LIMIT)
    start = time.monotonic()
    served.shutdown(timeout_ms)
    assert time.monotonic() - start < 10
    assert not go.is_set()
    go.set()
    serve(Work, activities=[work], on=reopen())
    assert client.wait_for_orchestration(instance, LIMIT * 1000).output == "done"


@pytest.mark.parametrize("timeout_ms", [-1, "5", 1.5, True])
def test_a_bad_timeout_of_a_shutdown_is_refused(serve: Any, timeout_ms: Any) -> None:
    served = serve()
    with pytest.raises((TypeError, ValueError), match="timeout_ms"):
        served.shutdown(timeout_ms)
    assert served.metrics_snapshot() is not None


def test_a_runtime_shuts_down_at_the_end_of_its_block(provider: Any, client: Any) -> None:
    with Runtime(provider) as made:
        made.register_orchestration("First", first)
        made.start()
        client.start_orchestration("i", "First")
        assert client.wait_for_orchestration("i").output == "first"
    assert made.metrics_snapshot() is None


def test_waits_end_when_the_runtime_is_shut_down_or_go_on(serve: Any, begin_waiting: Any, client: Any) -> None:
    served = serve()
    instance = begin_waiting()
    ended = []

    def wait() -> None:
        try:
            ended.append(client.wait_for_orchestration(instance, 1500).status)
        except RuntimeError as error:
            ended.append(type(error).__name__)

    waiters = [threading.Thread(target=wait) for _ in range(5)]
    for each in waiters:
        each.start()
    served.shutdown(1000)
    for each in waiters:
        each.join(LIMIT)
    assert len(ended) == 5
    assert set(ended) <= {"TimedOutError", "StoreError"}


def test_runtimes_come_and_go(provider: Any, client: Any) -> None:
    for i in range(15):
        made = Runtime(provider)
        made.register_orchestration("First", first)
        made.start()
        client.start_orchestration(f"i{i}", "First")
        assert client.wait_for_orchestration(f"i{i}").output == "first"
        made.shutdown(2000)


@pytest.mark.parametrize(
    "options",
    [
        {"session_idle_timeout_ms": 0},
        {"async_activity_limit": 0},
    ],
)
def test_options_that_cannot_work_are_refused(provider: Any, options: dict[str, Any]) -> None:
    with pytest.raises((ValueError, RuntimeError)):
        Runtime(provider, RuntimeOptions(**options)).start()


# -- metrics -----------------------------------------------------------------------------


def test_each_runtime_takes_the_options_that_it_is_given(provider: Any) -> None:
    """Whatever other runtimes were given before, and in whatever order."""
    names = ["max_sessions_per_runtime", "async_activity_limit", "heartbeat_interval_ms", "resident_limit"]
    for turn in range(1000):
        chosen = names[turn % 4 :] + names[: turn % 3]
        Runtime(provider, RuntimeOptions(**{name: 7 for name in chosen}))


def test_there_are_no_metrics_before_the_start_and_after_the_shutdown(runtime: Any) -> None:
    made = runtime()
    assert made.metrics_snapshot() is None
    made.start()
    assert made.metrics_snapshot() is not None
    made.shutdown(1000)
    assert made.metrics_snapshot() is None


def test_everything_is_counted_once(serve: Any, run: Any, begin_waiting: Any, client: Any) -> None:
    def Family(ctx, _):
        return (yield ctx.schedule_sub_orchestration("Echo", 1))

    served = serve(Family)
    run("Echo", 1)
    run("Fail", "it broke")
    run("CountTo", [0, 2])
    run("Family")
    cancelled = begin_waiting()
    client.cancel_instance(cancelled, "why")
    client.wait_for_orchestration(cancelled)

    def snapshot() -> Any:
        found = served.metrics_snapshot()
        return found if found.orch_completions == 4 and found.orch_failures == 2 else None

    found = eventually(snapshot)
    assert (found.activity_success, found.activity_app_errors) == (2, 1)
    assert (found.orch_continue_as_new, found.suborchestration_calls) == (2, 1)
    assert (found.orch_infrastructure_errors, found.orch_configuration_errors, found.orch_poison) == (0, 0, 0)
    assert found.orch_starts == 1 + 1 + 3 + 2 + 1
    assert found.orch_dispatcher_items_fetched >= found.orch_starts
    assert found.provider_errors == 0
    assert "duroxide_" in served.prometheus()


# -- side by side ---------------------------------------------------------------------------


def test_a_runtime_without_orchestrations_works_for_another(
    serve: Any, begin: Any, client: Any, reopen: Any
) -> None:
    ran: list[str] = []

    def work(ctx, _):
        ran.append(threading.current_thread().name)
        return "worked"

    def Work(ctx, _):
        return (yield ctx.schedule_activity("work"))

    serve(Work, activities=[work], worker_concurrency=0)
    instance = begin("Work")
    with pytest.raises(TimeoutError):
        client.wait_for_orchestration(instance, 100)
    serve(Work, activities=[work], orchestration_concurrency=0, on=reopen())
    assert client.wait_for_orchestration(instance, LIMIT * 1000).output == "worked"
    assert len(ran) == 1


def test_a_runtime_of_no_orchestrations_runs_none(serve: Any, begin: Any, client: Any) -> None:
    serve(orchestration_concurrency=0)
    with pytest.raises(TimeoutError):
        client.wait_for_orchestration(begin("Echo", 1), 100)


def test_two_runtimes_share_the_work_of_one_store(serve: Any, begin: Any, client: Any, reopen: Any) -> None:
    serve()
    serve(on=reopen())
    ids = [begin("Echo", i) for i in range(30)]
    assert [client.wait_for_orchestration(each, LIMIT * 1000).output for each in ids] == list(range(30))


def test_two_runtimes_on_two_stores_do_not_meet() -> None:
    outputs = []
    made = []
    for function in (first, second):
        provider = SqliteProvider.in_memory()
        runtime = Runtime(provider)
        runtime.register_orchestration("Same", function)
        runtime.start()
        made.append((runtime, Client(provider)))
    for _, client in made:
        client.start_orchestration("same", "Same")
        outputs.append(client.wait_for_orchestration("same").output)
    for runtime, _ in made:
        runtime.shutdown(1000)
    assert outputs == ["first", "second"]


def test_instances_are_rebuilt_after_they_were_dropped_from_memory(
    serve: Any, begin_waiting: Any, client: Any
) -> None:
    served = serve(passivate_after_ms=20)
    ids = [begin_waiting() for _ in range(5)]
    eventually(lambda: served.metrics_snapshot().gauges["resident_instances"] == 0)
    for i, each in enumerate(ids):
        client.raise_event(each, "go", i)
    assert [client.wait_for_orchestration(each).output for each in ids] == list(range(5))
