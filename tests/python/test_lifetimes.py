"""Objects that go at bad moments, and things without end. Each test has a process of its own: what fails crashes it."""

from __future__ import annotations

import pytest

import programs
from kit import MEMORY, execute

pytestmark = pytest.mark.stores(MEMORY)  # no store matters; once is enough


def said(body: str, options: str = "", timeout: float = 30) -> list[str]:
    """What a program says after it has started a runtime; it must end as it should."""
    ended = execute(programs.started(body, options=options), timeout=timeout)
    assert ended.code == 0, f"{ended.code}\n{ended.out}\n{ended.err}"
    return ended.lines()


@pytest.mark.parametrize("call", ["wait_for_orchestration('i', 50)", "get_status('i')", "list_all_instances()"])
def test_a_process_exits_while_threads_call(call: str) -> None:
    body = f"""
        calling = threading.Event()

        def call():
            while True:
                calling.set()
                try:
                    client.{call}
                except TimeoutError:
                    pass

        client.start_orchestration("i", "Wait")
        for _ in range(8):
            threading.Thread(target=call, daemon=True).start()
        calling.wait()
        say("ends")
    """
    assert said(body) == ["ends"]


@pytest.mark.parametrize("call", ["ctx.get_client().wait_for_orchestration('never', 50)", "client.list_all_instances()"])
def test_a_process_exits_while_an_activity_calls(call: str) -> None:
    body = f"""
        other = Runtime(provider, RuntimeOptions(activity_cancellation_grace_period_ms=100))

        @other.register_activity("calls")
        def calls(ctx, _):
            while True:
                working.set()
                try:
                    {call}
                except Exception:
                    pass

        @other.register_orchestration("Calls")
        def Calls(ctx, _):
            yield ctx.schedule_activity("calls")

        runtime.shutdown()
        other.start()
        client.start_orchestration("i", "Calls")
        working.wait()
        say("ends")
    """
    assert said(body) == ["ends"]


@pytest.mark.parametrize("what", ["Runtime(SqliteProvider.in_memory())", "started()"])
def test_the_collector_may_end_anything_inside_an_orchestration(what: str) -> None:
    body = f"""
        def started():
            made = Runtime(SqliteProvider.in_memory())
            made.start()
            return made

        class Cycle:
            pass

        made = Cycle()
        made.itself, made.held = made, {what}
        del made

        second = Runtime(provider)

        @second.register_orchestration("Collects")
        def Collects(ctx, _):
            gc.collect()
            return "collected"

        runtime.shutdown()
        second.start()
        client.start_orchestration("i", "Collects")
        say(client.wait_for_orchestration("i").output)
    """
    assert said(body) == ["collected"]


def test_a_runtime_that_was_shut_down_can_be_collected_with_its_handlers() -> None:
    body = """
        import weakref

        class Shop:
            def __init__(self):
                self.runtime = Runtime(SqliteProvider.in_memory())
                self.runtime.register_activity("sell", self.sell)
                self.runtime.start()

            def sell(self, ctx, what):
                return what

        shop = Shop()
        gone = weakref.ref(shop)
        shop.runtime.shutdown()
        del shop
        gc.collect()
        say(gone())
    """
    assert said(body) == ["None"]


def test_a_runtime_that_is_dropped_takes_its_event_loop_with_it() -> None:
    body = """
        def dropped():
            made = Runtime(SqliteProvider.in_memory())

            @made.register_activity("waits")
            async def waits(ctx, _):
                await asyncio.sleep(60)

            made.start()

        def loops():
            return sum(thread.name == "duroxide-asyncio" for thread in threading.enumerate())

        for _ in range(3):
            dropped()
        deadline = time.monotonic() + 20
        while loops() and time.monotonic() < deadline:
            time.sleep(0.01)
        say(loops())
    """
    assert said(body) == ["0"]


def test_clients_of_event_loops_cost_nothing_when_they_are_gone() -> None:
    body = """
        async def once():
            waiting = AsyncClient(provider)
            task = asyncio.create_task(waiting.wait_for_orchestration("never", None))
            await asyncio.sleep(0)
            await waiting.aclose()
            try:
                await task
            except DuroxideError as error:
                return error.kind

        async def main():
            kinds = {await once() for _ in range(3)}
            before = len(os.listdir("/proc/self/fd"))
            for _ in range(50):
                await once()
            say(kinds, len(os.listdir("/proc/self/fd")) - before)

        asyncio.run(main())
    """
    assert said(body) == ["{'cancelled'} 0"]


@pytest.mark.parametrize("make", ["task['tasks'].append(task)", "task = nested(ctx, 5000)"])
def test_tasks_nested_without_end_are_refused(make: str) -> None:
    body = f"""
        second = Runtime(provider)

        def nested(ctx, levels):
            task = ctx.schedule_timer(1)
            for _ in range(levels):
                task = ctx.all([task])
            return task

        @second.register_orchestration("Deep")
        def Deep(ctx, _):
            task = ctx.all([ctx.schedule_timer(1)])
            {make}
            try:
                yield task
            except RecursionError as error:
                return str(error)

        runtime.shutdown()
        second.start()
        client.start_orchestration("i", "Deep")
        say(client.wait_for_orchestration("i").output)
    """
    assert said(body) == ["combinations of tasks are nested too deeply; the limit is 500"]


def test_helpers_without_end_are_refused() -> None:
    body = """
        second = Runtime(provider)

        def again(ctx):
            return (yield ctx.gather(again(ctx)))

        @second.register_orchestration("Endless")
        def Endless(ctx, _):
            yield ctx.gather(again(ctx))

        runtime.shutdown()
        second.start()
        client.start_orchestration("i", "Endless")
        say(client.wait_for_orchestration("i").error)
    """
    assert said(body) == ["RecursionError: helper functions run one inside another too deeply; the limit is 500"]


def test_a_helper_is_run_once() -> None:
    body = """
        second = Runtime(provider)

        def helper(ctx):
            yield ctx.schedule_timer(1)
            return 7

        @second.register_orchestration("Twice")
        def Twice(ctx, _):
            made, other = helper(ctx), helper(ctx)
            first = yield ctx.settle(ctx.gather(made, made))
            value = yield other
            try:
                yield other
            except ValueError as error:
                return [first, value, str(error)]

        runtime.shutdown()
        second.start()
        client.start_orchestration("i", "Twice")
        say(client.wait_for_orchestration("i").output)
    """
    refusal = "this generator has been begun; each is awaited once, by one task"
    assert said(body) == [str([{"err": f"ValueError: {refusal}"}, 7, refusal])]


def test_an_environment_is_used_where_it_was_made() -> None:
    body = """
        from duroxide.testing import Environment

        def refused(call):
            try:
                call()
            except ConfigurationError as error:
                say(str(error).split(": ")[-1])

        kept = []
        world = Environment(kept.append)
        inside = world.client()
        thread = threading.Thread(target=lambda: [refused(world.now), refused(lambda: inside.get_status("i"))])
        thread.start()
        thread.join()
        world.call_after(10, lambda: refused(world.close))
        world.advance(20)
        refused(lambda: kept[0].register_activity("late", print))
        world.close()
        refused(world.now)
    """
    assert said(body) == [
        "only the thread that made it may use it",
        "a client of an Environment is used on the thread that made the Environment",
        "code that runs in it cannot do that",
        "handlers are registered before the runtime starts, or in the function that registers them; this one has ended",
        "it is closed",
    ]


def test_ctrl_c_ends_a_shutdown_that_waits() -> None:
    body = """
        client.start_orchestration("i", "Work", "sleep")
        working.wait()
        threading.Timer(0.2, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        try:
            runtime.shutdown(60_000)
        except KeyboardInterrupt:
            say("interrupted")
            os._exit(0)
    """
    assert said(body)[-1] == "interrupted"
