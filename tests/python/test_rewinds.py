"""Instances that go back in their histories."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from duroxide import AsyncClient, DuroxideError, InstanceNotFoundError, RewindResult
from kit import LIMIT

RUNS: list[str] = []
BANK = {"up": False}


def reserve(ctx: Any, item: str) -> str:
    RUNS.append("reserve " + ctx.activity_id)
    return item + " reserved"


def charge(ctx: Any, item: str) -> str:
    RUNS.append("charge " + ctx.activity_id)
    if not BANK["up"]:
        raise RuntimeError("the bank is down")
    return item + ", paid"


def Order(ctx: Any, item: str) -> Any:
    reserved = yield ctx.schedule_activity("reserve", item)
    return (yield ctx.schedule_activity("charge", reserved))


@pytest.fixture
def failed(serve: Any, client: Any) -> Any:
    RUNS.clear()
    BANK["up"] = False
    serve(Order, activities=[reserve, charge])
    client.start_orchestration("o", "Order", "tea")
    assert client.wait_for_orchestration("o", LIMIT * 1000).status == "Failed"
    BANK["up"] = True
    return client


def end_of(client: Any) -> Any:
    return client.wait_for_orchestration("o", LIMIT * 1000).output


def test_what_failed_runs_again_and_nothing_else(failed: Any) -> None:
    would = failed.rewind_instance("o", preview=True)
    assert failed.get_status("o").status == "Failed"
    done = failed.rewind_instance("o", reason="the bank is up")
    assert done == would == RewindResult(1, done.event_id, ["o"])
    assert end_of(failed) == "tea reserved, paid"
    assert [run.split()[0] for run in RUNS] == ["reserve", "charge", "charge"]
    assert RUNS[1] == RUNS[2]
    kinds = [event.kind for event in failed.read_execution_history("o", 0)]
    assert kinds.count("OrchestrationRewound") == 1


def test_an_instance_goes_back_to_an_event_or_begins_anew(failed: Any) -> None:
    failed.rewind_instance("o", 3)
    assert end_of(failed) == "tea reserved, paid"
    assert [run.split()[0] for run in RUNS] == ["reserve", "charge", "reserve", "charge"]
    failed.restart_instance("o", "milk")
    assert end_of(failed) == "milk reserved, paid"
    failed.restart_instance("o")
    assert end_of(failed) == "milk reserved, paid"


def test_what_is_not_legal_is_refused(failed: Any) -> None:
    with pytest.raises(InstanceNotFoundError):
        failed.rewind_instance("unknown")
    with pytest.raises(InstanceNotFoundError):
        failed.restart_instance("unknown")
    with pytest.raises(DuroxideError, match="event 2 is activity_scheduled|nothing can have arrived"):
        failed.rewind_instance("o", 2)
    with pytest.raises(TypeError, match="event_id"):
        failed.rewind_instance("o", "3")
    with pytest.raises(TypeError, match="preview"):
        failed.rewind_instance("o", preview=1)
    assert failed.get_status("o").status == "Failed"


def test_the_client_of_a_loop_has_them_too(failed: Any, provider: Any) -> None:
    async def operate() -> None:
        through = AsyncClient(provider)
        await through.rewind_instance("o", reason="again")
        assert (await through.wait_for_orchestration("o", LIMIT * 1000)).output == "tea reserved, paid"
        await through.restart_instance("o", "milk")

    asyncio.run(operate())
    assert end_of(failed) == "milk reserved, paid"
