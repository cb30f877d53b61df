"""The log: records of `logging`, with fields, from every thread."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import duroxide
from kit import eventually, execute


class Records(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def of(self, text: str) -> list[logging.LogRecord]:
        return [each for each in self.records if each.getMessage() == text]


@pytest.fixture
def log() -> Iterator[Records]:
    root, handler = logging.getLogger("duroxide"), Records()
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for name in ("duroxide.orchestration", "duroxide.activity"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    duroxide.apply_levels()
    yield handler
    root.removeHandler(handler)
    root.setLevel(logging.NOTSET)
    duroxide.apply_levels()


def traces(ctx: Any, what: str) -> None:
    ctx.trace_debug(f"{what} debug")
    ctx.trace_info(f"{what} info")
    ctx.trace_warn(f"{what} warn")
    ctx.trace_error(f"{what} error")


def speak(ctx: Any, _: Any) -> None:
    traces(ctx, "activity")


def Speak(ctx: Any, _: Any) -> Any:
    traces(ctx, "orchestration")
    yield ctx.schedule_activity("speak")
    ctx.trace_info({"no": "text"})


@pytest.mark.parametrize("what", ["orchestration", "activity"])
def test_traces_arrive_with_their_level_and_logger(log: Records, run: Any, what: str) -> None:
    assert run(Speak, activities=[speak]).status == "Completed"
    levels = {"debug": logging.DEBUG, "info": logging.INFO, "warn": logging.WARNING, "error": logging.ERROR}
    for word, level in levels.items():
        (record,) = eventually(lambda word=word: log.of(f"{what} {word}"))
        assert (record.levelno, record.name) == (level, f"duroxide.{what}")


def test_a_record_has_fields(log: Records, serve: Any, begin: Any, client: Any) -> None:
    serve(Speak, activities=[speak])
    instance = begin("Speak")
    client.wait_for_orchestration(instance)
    (record,) = eventually(lambda: log.of("activity info"))
    fields = record.duroxide  # type: ignore[attr-defined]
    assert (fields["instance"], fields["activity"]) == (instance, "speak")
    (record,) = eventually(lambda: log.of("orchestration info"))
    assert record.duroxide["instance"] == instance  # type: ignore[attr-defined]
    assert eventually(lambda: log.of(str({"no": "text"})))


def test_a_replay_does_not_trace_again(
    log: Records, serve: Any, begin_waiting: Any, client: Any, reopen: Any
) -> None:
    def Tells(ctx, _):
        ctx.trace_info("said once")
        ctx.set_custom_status("waits")
        yield ctx.wait_for_event("go")
        ctx.trace_info("said after")

    first = serve(Tells)
    instance = begin_waiting("Tells")
    first.shutdown(2000)
    serve(Tells, on=reopen())
    client.raise_event(instance, "go")
    client.wait_for_orchestration(instance)
    eventually(lambda: log.of("said after"))
    assert len(log.of("said once")) == 1


def test_levels_below_the_loggers_are_not_made(log: Records, run: Any) -> None:
    logging.getLogger("duroxide").setLevel(logging.WARNING)
    duroxide.apply_levels()
    assert run(Speak, activities=[speak]).status == "Completed"
    eventually(lambda: log.of("activity error"))
    assert log.of("activity info") == log.of("activity debug") == []


def test_a_handler_that_fails_does_not_stop_the_log(
    log: Records, serve: Any, run: Any, capsys: Any
) -> None:
    class Broken(logging.Handler):
        def handle(self, record: logging.LogRecord) -> bool:
            raise OSError("the disk is full")

    broken = Broken()
    logging.getLogger("duroxide.activity").addHandler(broken)
    try:
        serve(Speak, activities=[speak])
        assert run("Speak").status == "Completed"
        eventually(lambda: log.of(str({"no": "text"})))
    finally:
        logging.getLogger("duroxide.activity").removeHandler(broken)


def test_what_the_engine_warns_of_arrives_too(log: Records, run: Any) -> None:
    def Slow(ctx, _):
        time.sleep(0.05)
        return 1

    assert run(Slow, long_turn_ms=10).output == 1
    record = eventually(lambda: [each for each in log.records if each.levelno == logging.WARNING])[0]
    assert record.name == "duroxide"
    assert "Slow" in record.getMessage() + str(record.duroxide)  # type: ignore[attr-defined]


# What follows is done once in a process, so each has its own.

PROGRAM = """
    provider = SqliteProvider.in_memory()
    client = Client(provider)
    {before}
    runtime = Runtime(provider, RuntimeOptions({options}))

    @runtime.register_activity("speak")
    def speak(ctx, _):
        ctx.trace_debug("quiet")
        ctx.trace_info("aloud")

    @runtime.register_orchestration("Speak")
    def Speak(ctx, _):
        ctx.trace_warn("careful")
        yield ctx.schedule_activity("speak")

    runtime.start()
    client.start_orchestration("i", "Speak")
    say(client.wait_for_orchestration("i").status)
    runtime.shutdown()
"""


def test_tracing_goes_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    file.write_text("")
    ended = execute(PROGRAM.format(before=f"init_tracing({str(file)!r}, 'debug', 'json')", options=""))
    assert (ended.code, ended.lines()) == (0, ["Completed"])
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    found = {line["message"]: line for line in lines}
    assert {"quiet", "aloud", "careful"} <= set(found)
    assert found["careful"]["level"] == "WARNING"
    assert found["aloud"]["fields"]["instance"] == "i"


def test_the_options_of_a_runtime_log_to_standard_output() -> None:
    ended = execute(PROGRAM.format(before="", options="log_level='info', log_format='json'"))
    assert ended.code == 0
    texts = [json.loads(line)["message"] for line in ended.lines() if line.startswith("{")]
    assert "aloud" in texts
    assert "quiet" not in texts


def test_a_program_without_options_logs_nothing_to_standard_output() -> None:
    ended = execute(PROGRAM.format(before="", options=""))
    assert (ended.code, ended.lines()) == (0, ["Completed"])


def test_the_log_of_a_program_goes_where_it_says() -> None:
    before = "logging.basicConfig(level=logging.INFO, stream=sys.stdout, format='%(name)s %(message)s')"
    ended = execute(PROGRAM.format(before=before, options=""))
    assert "duroxide.activity aloud" in ended.lines()
    assert "duroxide.orchestration careful" in ended.lines()


def test_a_file_that_cannot_be_opened_is_a_runtime_error(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="Failed to open log file"):
        duroxide.init_tracing(str(tmp_path / "no" / "folder" / "log"))
    with pytest.raises(RuntimeError, match="Failed to init tracing"):
        duroxide.init_tracing(str(tmp_path / "log"), "loud")
