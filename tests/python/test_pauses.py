"""Instances that are paused, go on, and are terminated."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from duroxide import AsyncClient, InstanceNotFoundError, TimedOutError
from kit import LIMIT


def Takes(ctx: Any, _: Any) -> Any:
    first = yield ctx.dequeue_event("notes")
    second = yield ctx.dequeue_event("notes")
    return first + second


def Holds(ctx: Any, _: Any) -> Any:
    return (yield ctx.schedule_sub_orchestration_with_id("Takes", "below", None))


def paused(client: Any, *instances: str) -> None:
    deadline = time.monotonic() + LIMIT
    while sorted(each.instance_id for each in client.list_problems("paused")) != sorted(instances):
        assert time.monotonic() < deadline, client.list_problems("paused")
        time.sleep(0.01)


def test_a_paused_instance_keeps_what_is_sent_to_it(serve: Any, client: Any) -> None:
    serve(Takes)
    client.start_orchestration("i", "Takes")
    client.pause_instance("i", "inventory")
    paused(client, "i")
    (problem,) = client.list_problems("paused")
    assert (problem.kind, problem.detail) == ("paused", "inventory")
    for note in ("a", "b"):
        client.enqueue_event("i", "notes", note)
    with pytest.raises(TimedOutError, match="it is paused: inventory"):
        client.wait_for_orchestration("i", 50)
    assert client.get_status("i").status == "Running"
    client.resume_instance("i")
    assert client.wait_for_orchestration("i", LIMIT * 1000).output == "ab"
    assert client.list_problems() == []


def test_a_tree_is_paused_and_terminated_as_one(serve: Any, client: Any) -> None:
    runtime = serve(Holds, Takes)
    client.start_orchestration("i", "Holds")
    deadline = time.monotonic() + LIMIT
    while client.get_status("below").status != "Running" and time.monotonic() < deadline:
        time.sleep(0.01)
    client.pause_instance("i", tree=True)
    paused(client, "below", "i")
    client.resume_instance("i", tree=True)
    paused(client)
    client.terminate_instance("i", "gone wrong")
    ended = client.wait_for_orchestration("i", LIMIT * 1000)
    assert (ended.status, ended.failure.kind, ended.failure.message) == ("Failed", "terminated", "gone wrong")
    assert client.wait_for_orchestration("below", LIMIT * 1000).failure.kind == "terminated"
    assert runtime is not None


def test_what_is_not_legal_is_refused(client: Any) -> None:
    for refused in (client.pause_instance, client.resume_instance, client.terminate_instance):
        with pytest.raises(InstanceNotFoundError):
            refused("unknown")
    with pytest.raises(TypeError, match="tree"):
        client.pause_instance("i", "x", tree=1)


def test_the_client_of_a_loop_has_them_too(serve: Any, client: Any, provider: Any) -> None:
    serve(Takes)
    client.start_orchestration("i", "Takes")

    async def operate() -> None:
        through = AsyncClient(provider)
        await through.pause_instance("i", "for a while", tree=True)
        await asyncio.to_thread(paused, client, "i")
        await through.resume_instance("i", tree=True)
        await through.terminate_instance("i")

    asyncio.run(operate())
    assert client.wait_for_orchestration("i", LIMIT * 1000).failure.kind == "terminated"
