"""What a whole process lives through: exits, forks, signals, crashes. Each test has a process of its own, with Python's
development mode, and says how it ends."""

from __future__ import annotations

import collections
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

import programs
from kit import FILE, MEMORY, POSTGRES, ROOT, execute, spawn

once = pytest.mark.stores(MEMORY)  # no store matters; once is enough
SHORT = "activity_cancellation_grace_period_ms=200"


@once
@pytest.mark.parametrize("what", ["sleep", "spin", "polite"])
def test_a_process_exits_while_an_activity_runs(what: str) -> None:
    ended = execute(programs.started(programs.UNTIL_IT_WORKS + "say('ends')", options=SHORT), what)
    assert ended.code == 0, ended.err
    assert ended.lines()[-1] == "ends"
    assert "Traceback" not in ended.err
    assert ended.seconds < 20


@once
def test_a_process_whose_main_program_raises_exits_with_its_error() -> None:
    body = programs.UNTIL_IT_WORKS + "raise ValueError('main fails')"
    ended = execute(programs.started(body, options=SHORT), "sleep")
    assert ended.code == 1
    assert "main fails" in ended.err


@once
@pytest.mark.parametrize("end", ["pass", "sys.exit(3)", "del runtime, client, provider", "del client, provider"])
def test_a_process_exits_without_a_shutdown(end: str) -> None:
    body = f"client.start_orchestration('i', 'Wait')\nclient.wait_for_status_change('i', 0)\n{end}"
    ended = execute(programs.started(body))
    assert ended.code == (3 if "exit" in end else 0), ended.err
    assert ended.err == ""


@once
def test_a_process_exits_from_a_thread_that_waits() -> None:
    body = """
        client.start_orchestration("i", "Wait")
        threading.Thread(target=lambda: client.wait_for_orchestration("i", None), daemon=True).start()
        client.wait_for_status_change("i", 0)
        say("ends")
    """
    ended = execute(programs.started(body))
    assert (ended.code, ended.lines()) == (0, ["ends"]), ended.err


@once
def test_an_async_activity_does_not_keep_a_process() -> None:
    program = """
        provider = SqliteProvider.in_memory()
        client, runtime = Client(provider), Runtime(provider)
        sleeping = threading.Event()

        @runtime.register_activity("sleep")
        async def sleep(ctx, _):
            sleeping.set()
            await asyncio.sleep(60)

        @runtime.register_orchestration("Sleep")
        def Sleep(ctx, _):
            yield ctx.schedule_activity("sleep")

        runtime.start()
        client.start_orchestration("i", "Sleep")
        sleeping.wait()
    """
    ended = execute(program)
    assert ended.code == 0, ended.err
    assert ended.seconds < 20


@once
def test_calls_in_the_child_of_a_fork_raise_and_the_parent_goes_on() -> None:
    ended = execute(programs.started(programs.FORK))
    assert ended.code == 0, ended.err
    assert ended.lines() == ["parent 1", *["refused True"] * 5, "child 0", "parent 2"]


@once
def test_ctrl_c_ends_a_wait_within_a_second_and_at_any_moment() -> None:
    ended = execute(programs.started(programs.CTRL_C), timeout=60)
    assert ended.code == 0, ended.err
    assert ended.lines() == [*["interrupted True"] * 4, "interrupts 30", "fine"]


@once
def test_ctrl_c_ends_a_wait_in_asyncio() -> None:
    ended = execute(programs.started(programs.CTRL_C_IN_ASYNCIO))
    assert ended.code == 0, ended.err
    assert ended.lines() == ["interrupted True", "fine"]


@once
def test_a_blocking_call_inside_an_orchestration_is_refused() -> None:
    ended = execute(programs.INSIDE)
    assert (ended.code, ended.lines()) == (0, ["6"]), ended.err


@once
@pytest.mark.parametrize("how", ["eviction", "cancellation", "shutdown"])
def test_a_generator_is_closed_and_its_finally_block_has_a_dead_context(how: str) -> None:
    program = programs.FINALLY.format(passivate_after_ms=20 if how == "eviction" else 60_000)
    ended = execute(program, how)
    assert ended.code == 0, ended.err
    expected = ["closed None", "before before", *(["done"] if how == "eviction" else [])]
    assert ended.lines() == expected
    assert ended.err == ""


@once
def test_objects_are_dropped_wherever_their_last_owner_is() -> None:
    ended = execute(programs.DROPPED)
    assert (ended.code, ended.lines()) == (0, ["alive 0"]), ended.err


@once
def test_a_debugger_or_coverage_may_trace_every_thread() -> None:
    ended = execute(programs.started(programs.TRACED))
    assert ended.code == 0, ended.err
    assert ended.lines()[-2:] == ["x", "True"]


@once
def test_a_subinterpreter_is_refused() -> None:
    ended = execute(programs.started(programs.SUBINTERPRETER))
    assert (ended.code, ended.lines()) == (0, ["True True"]), ended.err


@once
def test_log_calls_come_from_many_threads() -> None:
    ended = execute(programs.started(programs.MANY_LOGS))
    assert (ended.code, ended.lines()) == (0, ["True 1000"]), ended.err


@once
def test_thousands_of_instances_leave_nothing_behind() -> None:
    ended = execute(programs.LEAK, timeout=100)
    assert ended.code == 0, ended.err
    objects, kib = map(int, ended.lines()[-1].split())
    assert objects < 200
    assert kib < 8 * 1024


@once
def test_the_package_is_imported_twice_and_reloaded_without_harm() -> None:
    body = """
        for name in [each for each in sys.modules if each.startswith("duroxide") and each != "duroxide._native"]:
            del sys.modules[name]
        client.start_orchestration("i", "Echo", 1)
        say(client.wait_for_orchestration("i").output)
        runtime.shutdown()
    """
    ended = execute(programs.started(body))
    assert (ended.code, ended.lines()) == (0, ["1"]), ended.err


@pytest.mark.stores(FILE)
def test_a_process_that_is_killed_under_load_loses_nothing(tmp_path: Path) -> None:
    store, counted = str(tmp_path / "store.db"), tmp_path / "counted"
    counted.touch()
    names: list[str] = []
    for wanted in (60, 110):
        victim = spawn(programs.LOAD, store, str(counted), "start")
        for _ in range(wanted):
            names.append(victim.line())
        victim.process.send_signal(signal.SIGKILL)
        rest = victim.process.communicate(timeout=30)[0]
        names += rest.splitlines()
        assert victim.process.returncode == -signal.SIGKILL
    names = sorted(set(names))
    assert len(names) >= 110
    # It was killed in the middle of its work.
    runs = collections.Counter(line.split("/")[0] for line in counted.read_text().splitlines())
    assert any(runs[name] < 7 for name in names)
    last = spawn(programs.LOAD, store, str(counted), "finish")
    out, err = last.process.communicate("\n".join(names), timeout=100)
    assert last.process.returncode == 0, err
    # Five names of five characters, and two of them.
    assert out.splitlines() == [*(f"{name} {7 * 5}" for name in names), "0"]
    runs = collections.Counter(counted.read_text().splitlines())
    assert set(runs) >= {f"{name}/{step}" for name in names for step in "01234ab"}
    # One that ran when its process died runs again, and no other.
    assert max(runs.values()) <= 3
    assert sum(count - 1 for count in runs.values()) <= 2 * 2 * 4


@pytest.mark.stores(POSTGRES)
def test_a_database_that_goes_away_and_comes_back() -> None:
    script = str(ROOT / "tests" / "support" / "postgres")
    folder = tempfile.mkdtemp(prefix="duroxide-python-")
    Path(folder).chmod(0o755)

    def server(*command: str) -> str:
        done = subprocess.run([script, *command], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    try:
        url = server("start", folder)
        child = spawn(programs.started(programs.GOES_AWAY, source=f"PostgresProvider.connect({url!r})"))
        assert child.line() == "ready", child.end().err
        server("stop", folder, "immediate")
        child.tell("it is away")
        while (line := child.line()) != "away":
            assert line == "refused"
        server("restart", folder)
        child.tell("it is back")
        ended = child.end(60)
        assert (ended.code, ended.lines()) == (0, ["back"]), ended.err
    finally:
        subprocess.run([script, "remove", folder], capture_output=True, timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.stores(POSTGRES)
def test_a_password_is_asked_for_on_any_thread(store: Any) -> None:
    import os

    ended = execute(programs.PASSWORD, os.environ["DUROXIDE_TEST_POSTGRES_URL"], f"{store._schema}_password")
    assert ended.code == 0, ended.err
    lines = ended.lines()
    assert lines[0] == "5 True"
    assert lines[1].endswith("Error True")
    assert all("Error" in line for line in lines[2:])
    assert len(lines) == 4
