"""Code that asks for something else than it did before is found, and named."""

from __future__ import annotations

import time
from typing import Any

import pytest

from duroxide import Client, TimedOutError
from kit import FILE, LIMIT, POSTGRES, execute


def before(ctx: Any, _: Any) -> Any:
    yield ctx.schedule_activity("echo", 1)
    ctx.set_custom_status("half way")
    yield ctx.wait_for_event("go")


def another_task(ctx: Any, _: Any) -> Any:
    yield ctx.schedule_timer(100)
    yield ctx.wait_for_event("go")


def another_input(ctx: Any, _: Any) -> Any:
    yield ctx.schedule_activity("echo", 2)
    yield ctx.wait_for_event("go")


def another_name(ctx: Any, _: Any) -> Any:
    yield ctx.schedule_activity("double", 1)
    yield ctx.wait_for_event("go")


def one_less(ctx: Any, _: Any) -> Any:
    yield ctx.wait_for_event("go")


def ended_before(ctx: Any, _: Any) -> Any:
    return "at once"
    yield


@pytest.mark.parametrize("after", [another_task, another_input, another_name, one_less, ended_before])
def test_changed_code_is_named_with_its_line(
    runtime: Any, client: Any, reopen: Any, after: Any
) -> None:
    def started(function: Any, on: Any = None) -> Any:
        made = runtime(on)
        made.register_activity("echo", lambda ctx, given: given)
        made.register_activity("double", lambda ctx, given: given)
        made.register_orchestration("Changes", function)
        made.start()
        return made

    first = started(before)
    client.start_orchestration("i", "Changes")
    client.wait_for_status_change("i", 0)
    first.shutdown(2000)
    started(after, reopen())
    client.raise_event("i", "go")
    result = client.wait_for_orchestration("i", LIMIT * 1000)
    assert (result.status, result.failure.kind) == ("Failed", "nondeterminism")
    assert result.failure.category == "configuration"
    if after is not ended_before:
        assert f"test_determinism.py:{after.__code__.co_firstlineno + 1}" in result.error


def test_code_that_asks_for_more_in_the_end_goes_on(runtime: Any, client: Any, reopen: Any) -> None:
    def longer(ctx, _):
        yield ctx.schedule_activity("echo", 1)
        ctx.set_custom_status("half way")
        yield ctx.wait_for_event("go")
        return (yield ctx.schedule_activity("echo", "more"))

    for function, on in ((before, None), (longer, reopen())):
        made = runtime(on)
        made.register_activity("echo", lambda ctx, given: given)
        made.register_orchestration("Changes", function)
        made.start()
        if function is before:
            client.start_orchestration("i", "Changes")
            client.wait_for_status_change("i", 0)
            made.shutdown(2000)
    client.raise_event("i", "go")
    assert client.wait_for_orchestration("i", LIMIT * 1000).output == "more"


def test_code_that_asks_the_world_is_found_in_its_first_run(run: Any) -> None:
    asked = []

    def Counts(ctx, _):
        asked.append(1)
        yield ctx.schedule_activity("echo", len(asked))
        yield ctx.schedule_activity("echo", "end")

    result = run(Counts, verify_replay=True)
    assert (result.status, result.failure.kind) == ("Failed", "nondeterminism")
    assert "test_determinism.py" in result.error


def test_code_that_does_not_match_stalls_if_it_is_to(serve: Any, client: Any) -> None:
    asked = []

    def Counts(ctx, _):
        yield ctx.dequeue_event("go")
        asked.append(1)
        yield ctx.schedule_activity("echo", len(asked))

    serve(Counts, verify_replay=True, on_mismatch="stall")
    client.start_orchestration("i", "Counts")
    client.enqueue_event("i", "go", None)
    deadline = time.monotonic() + LIMIT
    said = ""
    while "it is stalled: " not in said and time.monotonic() < deadline:
        with pytest.raises(TimedOutError) as why:
            client.wait_for_orchestration("i", 100)
        said = str(why.value)
    assert "test_determinism.py" in said
    assert client.get_status("i").status == "Running"
    (problem,) = client.list_problems("mismatch")
    assert (problem.instance_id, problem.detail in said) == ("i", True)
    assert client.list_problems(instance_id="other") == []
    with pytest.raises(ValueError, match="kind"):
        client.list_problems("sad")


def test_recorded_values_are_fine_in_such_a_run(value: Any) -> None:
    def Records(ctx, _):
        now, guid = (yield ctx.utc_now()), (yield ctx.new_guid())
        yield ctx.schedule_activity("echo", [now, guid, ctx.random()])
        return "same"

    assert value(Records, verify_replay=True) == "same"


SETS = """
    provider = {source}
    client, runtime = Client(provider), Runtime(provider)
    runtime.register_activity("echo", lambda ctx, given: given)

    @runtime.register_orchestration("Sets")
    def Sets(ctx, _):
        for each in {{"alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"}}:
            yield ctx.schedule_activity("echo", each)
        ctx.set_custom_status("all seen")
        yield ctx.wait_for_event("go")
        return "fine"

    runtime.start()
    if sys.argv[1] == "first":
        client.start_orchestration("i", "Sets")
        client.wait_for_status_change("i", 0, timeout_ms=20000)
    else:
        client.raise_event("i", "go")
        result = client.wait_for_orchestration("i", 20000)
        say(result.status, result.failure.kind if result.failure else "")
    runtime.shutdown()
"""


@pytest.mark.stores(FILE, POSTGRES)
@pytest.mark.parametrize(("seed", "outcome"), [("1", "Completed "), ("2", "Failed nondeterminism")])
def test_iteration_over_a_set_is_found_in_another_process(store: Any, seed: str, outcome: str) -> None:
    program = SETS.format(source=store.source())
    assert execute(program, "first", environment={"PYTHONHASHSEED": "1"}).code == 0
    assert execute(program, "second", environment={"PYTHONHASHSEED": seed}).out.rstrip("\n") == outcome


def test_a_set_of_tasks_is_refused(value: Any) -> None:
    def Sets(ctx, _):
        try:
            yield ctx.all({"no": "tasks"})
        except TypeError as error:
            return str(error)

    assert "tasks" in value(Sets)


def test_a_context_says_whether_it_is_replaying(serve: Any, begin: Any, client: Any, reopen: Any) -> None:
    seen = []

    def Tells(ctx, _):
        yield ctx.schedule_activity("echo", 1)
        seen.append(ctx.is_replaying)
        ctx.set_custom_status("half way")
        yield ctx.wait_for_event("go")
        return ctx.is_replaying

    first = serve(Tells)
    instance = begin("Tells")
    client.wait_for_status_change(instance, 0)
    first.shutdown(2000)
    serve(Tells, on=reopen())
    client.raise_event(instance, "go")
    assert Client(reopen()).wait_for_orchestration(instance, LIMIT * 1000).output is False
    assert (seen[0], seen[-1], len(seen)) == (False, True, 2)
