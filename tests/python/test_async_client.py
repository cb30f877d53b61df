"""The client of asyncio: many waits in one thread, cancellation, several loops."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine
from typing import Any

import pytest

from duroxide import AsyncClient, DuroxideError, InstanceNotFoundError, OrchestrationFailed
from kit import LIMIT


def go(work: Coroutine[Any, Any, Any]) -> Any:
    async def limited() -> Any:
        return await asyncio.wait_for(work, LIMIT)

    return asyncio.run(limited())


def test_an_instance_is_started_and_awaited(serve: Any, provider: Any) -> None:
    serve()

    async def work() -> Any:
        async with AsyncClient(provider) as client:
            assert await client.start_orchestration("i", "Echo", {"a": 1}, labels={"l": "1"}) is True
            assert await client.start_orchestration("i", "Echo", 2) is False
            result = await client.wait_for_orchestration("i")
            assert result == await client.get_status("i")
            return [result.status, result.output, result.labels]

    assert go(work()) == ["Completed", {"a": 1}, {"l": "1"}]


def test_five_hundred_waits_cost_no_thread(serve: Any, provider: Any) -> None:
    serve()

    async def work() -> Any:
        async with AsyncClient(provider) as client:
            ids = [f"i{n}" for n in range(500)]
            threads = threading.active_count()
            waits = [asyncio.ensure_future(client.wait_for_orchestration(each, LIMIT * 1000)) for each in ids]
            await asyncio.gather(*(client.start_orchestration(each, "Echo", n) for n, each in enumerate(ids)))
            assert threading.active_count() <= threads + 2
            return [each.output for each in await asyncio.gather(*waits)]

    assert go(work()) == list(range(500))


def test_the_loop_goes_on_during_a_wait(serve: Any, provider: Any) -> None:
    serve()

    async def work() -> int:
        async with AsyncClient(provider) as client:
            await client.start_orchestration("i", "WaitForGo")
            wait = asyncio.ensure_future(client.wait_for_orchestration("i", LIMIT * 1000))
            for _ in range(100):
                await asyncio.sleep(0)
            assert not wait.done()
            await client.wait_for_status_change("i", 0)
            await client.raise_event("i", "go", 7)
            return (await wait).output

    assert go(work()) == 7


def test_a_cancelled_wait_ends_and_others_go_on(serve: Any, provider: Any) -> None:
    serve()

    async def work() -> Any:
        async with AsyncClient(provider) as client:
            await client.start_orchestration("i", "WaitForGo")
            await client.wait_for_status_change("i", 0)
            waits = [asyncio.ensure_future(client.wait_for_orchestration("i", LIMIT * 1000)) for _ in range(3)]
            await asyncio.sleep(0)
            waits[1].cancel()
            with pytest.raises(asyncio.CancelledError):
                await waits[1]
            await client.raise_event("i", "go", "done")
            return [(await waits[0]).output, (await waits[2]).output]

    assert go(work()) == ["done", "done"]


def test_wait_for_of_asyncio_works(serve: Any, provider: Any) -> None:
    serve()

    async def work() -> None:
        async with AsyncClient(provider) as client:
            await client.start_orchestration("i", "WaitForGo")
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(client.wait_for_orchestration("i", None), 0.03)
            with pytest.raises(TimeoutError):
                await client.wait_for_orchestration("i", 20)
            with pytest.raises(TimeoutError):
                await client.wait_for_kv_value("i", "key", 20)

    go(work())


def test_one_client_serves_two_loops_one_after_another(serve: Any, provider: Any) -> None:
    serve()
    client = AsyncClient(provider)

    async def work(instance: str) -> Any:
        await client.start_orchestration(instance, "Echo", instance)
        return (await client.wait_for_orchestration(instance)).output

    assert [go(work("a")), go(work("b"))] == ["a", "b"]


def test_one_client_serves_two_loops_at_the_same_time(serve: Any, provider: Any) -> None:
    serve()
    client = AsyncClient(provider)
    found = []

    async def work(instance: str) -> None:
        await client.start_orchestration(instance, "Echo", instance)
        found.append((await client.wait_for_orchestration(instance)).output)
        await client.aclose()

    threads = [threading.Thread(target=lambda each=each: go(work(each))) for each in "abcd"]
    for each in threads:
        each.start()
    for each in threads:
        each.join(LIMIT)
    assert sorted(found) == ["a", "b", "c", "d"]


def test_a_loop_that_ends_during_a_wait_leaves_nothing_behind(
    serve: Any, begin: Any, client: Any, provider: Any
) -> None:
    serve()
    instance = begin("WaitForGo")
    own = AsyncClient(provider)

    async def leave() -> None:
        asyncio.ensure_future(own.wait_for_orchestration(instance, LIMIT * 1000))
        await asyncio.sleep(0)

    asyncio.run(leave())
    client.wait_for_status_change(instance, 0)
    client.raise_event(instance, "go", 1)
    assert client.wait_for_orchestration(instance).output == 1

    async def again() -> Any:
        return (await own.wait_for_orchestration(instance)).output

    assert go(again()) == 1


def test_closing_ends_the_waits(serve: Any, begin: Any, provider: Any) -> None:
    serve()
    instance = begin("WaitForGo")

    async def work() -> None:
        client = AsyncClient(provider)
        wait = asyncio.ensure_future(client.wait_for_orchestration(instance, None))
        await asyncio.sleep(0)
        await client.aclose()
        with pytest.raises(DuroxideError, match="closed"):
            await wait

    go(work())


def test_failures_are_raised_where_they_are_awaited(serve: Any, provider: Any) -> None:
    serve()

    async def work() -> None:
        async with AsyncClient(provider) as client:
            with pytest.raises(InstanceNotFoundError):
                await client.raise_event("nobody", "e")
            with pytest.raises(InstanceNotFoundError):
                await client.get_instance_info("nobody")
            with pytest.raises(TypeError, match="instance_id"):
                await client.get_status(5)  # type: ignore[arg-type]
            await client.start_orchestration("i", "Fail", "it broke")
            with pytest.raises(OrchestrationFailed, match="it broke"):
                await client.wait_for_orchestration_typed("i")

    go(work())


def test_every_other_function_works(serve: Any, provider: Any, tmp_path: Any) -> None:
    def Values(ctx, _):
        ctx.set_kv_value("k", "5")
        ctx.set_custom_status("set")
        return (yield ctx.dequeue_event("q"))

    serve(Values)

    async def work() -> None:
        async with AsyncClient(provider) as client:
            await client.start_orchestration_versioned("i", "Values", None, "1.0.0")
            assert await client.wait_for_kv_value("i", "k") == "5"
            assert await client.wait_for_kv_value_typed("i", "k") == 5
            assert await client.get_kv_value("i", "k") == "5"
            assert await client.get_kv_value_typed("i", "k") == 5
            assert await client.get_kv_all_values("i") == {"k": "5"}
            assert await client.get_activities("i") == []
            await client.enqueue_event("i", "q", "out")
            assert await client.wait_for_orchestration_typed("i") == "out"
            await client.cancel_instance("i", "late")
            assert await client.list_all_instances() == ["i"]
            assert await client.list_instances_by_status("Completed") == ["i"]
            assert (await client.list_instances()).cursor == ""
            assert (await client.get_instance_info("i")).status == "Completed"
            assert await client.list_executions("i") == [1]
            assert (await client.get_execution_info("i", 1)).status == "Completed"
            assert (await client.read_execution_history("i", 1))[0].kind == "OrchestrationStarted"
            assert (await client.get_instance_tree("i")).size == 1
            assert (await client.get_system_metrics()).total_instances == 1
            assert (await client.get_orchestration_stats("i")).kv_user_key_count == 1
            assert (await client.get_queue_depths()).worker_queue == 0
            assert len(await client.list_nodes()) >= 1
            assert (await client.verify()).inconsistencies == 0
            file = tmp_path / "out.jsonl"
            assert (await client.export_instances(file)).instances == 1
            assert await client.compare_instances(file) == []
            assert (await client.prune_executions("i")).executions_deleted == 0
            assert (await client.prune_executions_bulk()).executions_deleted == 0
            assert (await client.delete_instance("i")).instances_deleted == 1
            assert (await client.delete_instance_bulk()).instances_deleted == 0

    go(work())


def test_it_has_every_function_of_the_client() -> None:
    import inspect

    from duroxide import Client

    for name, member in inspect.getmembers(Client, inspect.isfunction):
        if not name.startswith("_"):
            other = getattr(AsyncClient, name)
            assert list(inspect.signature(other).parameters) == list(inspect.signature(member).parameters), name
            assert inspect.iscoroutinefunction(other), name


def test_a_wait_in_an_async_activity_does_not_block_its_loop(serve: Any, value: Any, provider: Any) -> None:
    async def start_another(ctx, number):
        async with AsyncClient(provider) as client:
            await client.start_orchestration(f"other-{number}", "Echo", number)
            return (await client.wait_for_orchestration(f"other-{number}")).output

    def Starts(ctx, _):
        return (yield ctx.all_typed([ctx.schedule_activity("start_another", i) for i in range(5)]))

    began = time.monotonic()
    assert value(Starts, activities=[start_another]) == [0, 1, 2, 3, 4]
    assert time.monotonic() - began < LIMIT
