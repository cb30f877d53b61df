"""The program of observability.md."""

from __future__ import annotations

import json
import logging
import tempfile
import threading
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

from duroxide import (
    ActivityContext,
    Client,
    OrchestrationContext,
    Runtime,
    RuntimeOptions,
    SqliteProvider,
    apply_levels,
    init_tracing,
)

imported, seen = threading.Event(), threading.Event()


# [traces]
def import_rows(ctx: ActivityContext, rows: int) -> int:
    ctx.trace_info(f"importing {rows} rows")
    ctx.heartbeat(f"half of {rows}")
    imported.set()  # stands for work that takes long
    seen.wait(10)
    return rows


def import_all(ctx: OrchestrationContext, rows: int) -> Generator[Any, Any, int]:
    ctx.trace_info("begins")
    done: int = yield ctx.schedule_activity("import_rows", rows)
    ctx.trace_warn(f"done with {done}")
    return done
# [end]


# [json]
class JsonLines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        fields = getattr(record, "duroxide", {})
        self.lines.append(json.dumps({"logger": record.name, "text": record.getMessage(), **fields}))


def log_to(handler: logging.Handler) -> None:
    log = logging.getLogger("duroxide")
    log.addHandler(handler)
    log.setLevel(logging.WARNING)  # the engine
    logging.getLogger("duroxide.orchestration").setLevel(logging.INFO)
    logging.getLogger("duroxide.activity").setLevel(logging.INFO)
    apply_levels()  # if a runtime runs already
# [end]


# [simple]
with_a_log = RuntimeOptions(log_level="info", log_format="json")  # to standard output
# [end]


# [file]
def log_to_a_file(file: Path) -> None:
    init_tracing(str(file), log_level="info", log_format="json")
# [end]


# [metrics]
def check_metrics(runtime: Runtime) -> None:
    now = runtime.metrics_snapshot()
    assert now is not None  # it is None before the start, and after the shutdown
    assert (now.orch_starts, now.orch_completions, now.orch_failures) == (1, 1, 0)
    assert now.activity_success == 1
    imports = next(each for each in now.orchestrations if each["name"] == "ImportAll")
    assert (imports["version"], imports["completed"]) == ("1.0.0", 1)
    assert now.gauges["running_activities"] == 0
# [end]


# [prometheus]
def answer_to_a_scrape(runtime: Runtime) -> str:
    return runtime.prometheus()  # Content-Type: text/plain; version=0.0.4
# [end]


# [activities]
def what_it_does(client: Client, instance: str) -> list[str]:
    return [f"{each.name}, attempt {each.attempt}: {each.progress}" for each in client.get_activities(instance)]
# [end]


def main() -> None:
    handler = JsonLines()
    log_to(handler)
    store = SqliteProvider.in_memory()
    client = Client(store)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "app.log"
        log_to_a_file(file)
        with Runtime(store) as runtime:
            runtime.register_activity("import_rows", import_rows)
            runtime.register_orchestration("ImportAll", import_all)
            runtime.start()
            client.start_orchestration("i", "ImportAll", 10)
            assert imported.wait(10)
            until = time.monotonic() + 10
            while what_it_does(client, "i") != ["import_rows, attempt 1: half of 10"] and time.monotonic() < until:
                time.sleep(0.005)
            assert what_it_does(client, "i") == ["import_rows, attempt 1: half of 10"]
            seen.set()
            assert client.wait_for_orchestration("i").output == 10
            check_metrics(runtime)
            assert "duroxide_orchestration_starts_total" in answer_to_a_scrape(runtime)
        while len(handler.lines) < 3 and time.monotonic() < until:
            time.sleep(0.005)
        assert [json.loads(line)["text"] for line in handler.lines] == ["begins", "importing 10 rows", "done with 10"]
        assert json.loads(handler.lines[0])["instance"] == "i"
        lines = [json.loads(line) for line in file.read_text().splitlines()]
        assert [line["message"] for line in lines] == ["begins", "importing 10 rows", "done with 10"]
        for each in list(logging.getLogger("duroxide").handlers):
            logging.getLogger("duroxide").removeHandler(each)
            each.close()


if __name__ == "__main__":
    main()
