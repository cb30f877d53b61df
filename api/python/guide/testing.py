"""The program of testing.md."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Generator
from datetime import timedelta
from pathlib import Path
from typing import Any

from duroxide import ActivityContext, Client, OrchestrationContext, Runtime, SqliteProvider
from duroxide.registration import Registration
from duroxide.testing import Environment, crash_everywhere, gate, replay_exported

WEEK = timedelta(days=7)
HOUR_MS = 3600 * 1000


# [workflow]
def subscribe(ctx: OrchestrationContext, customer: str) -> Generator[Any, Any, str]:
    yield ctx.schedule_activity("send_mail", f"please confirm, {customer}")
    first = yield ctx.race(ctx.dequeue_event("confirmations"), ctx.schedule_timer(WEEK))
    if first["index"] == 0:
        return f"confirmed with {first['value']}"
    ctx.set_custom_status("reminded")
    yield ctx.schedule_activity("send_mail", f"please do confirm, {customer}")
    late = yield ctx.dequeue_event("confirmations")
    return f"confirmed late with {late}"
# [end]


def send_mail(ctx: ActivityContext, text: str) -> None:
    raise RuntimeError("no test sends mail")


# [handlers]
# What the program calls with its Runtime, and what tests call.
def register_handlers(target: Registration) -> None:
    target.register_activity("send_mail", send_mail)
    target.register_orchestration("Subscribe", subscribe)
# [end]


# [time]
def test_it_reminds_after_a_week() -> None:
    mails: list[str] = []
    with Environment(register_handlers) as world:
        world.replace_activity("send_mail", lambda ctx, text: mails.append(text))
        client = world.client()
        client.start_orchestration("s", "Subscribe", "Ada")
        world.advance(WEEK - timedelta(seconds=1))
        assert len(mails) == 1
        world.advance(timedelta(seconds=2))  # of the clock of this environment
        assert mails[1:] == ["please do confirm, Ada"]
        client.enqueue_event("s", "confirmations", "a click")
        assert client.wait_for_orchestration_typed("s") == "confirmed late with a click"
# [end]


# [moment]
def test_it_is_confirmed_on_the_sixth_day() -> None:
    with Environment(register_handlers) as world:
        world.replace_activity("send_mail", lambda ctx, text: None)
        client = world.client()
        client.start_orchestration("s", "Subscribe", "Ada")
        world.call_after(timedelta(days=6), lambda: client.enqueue_event("s", "confirmations", "a click"))
        assert client.wait_for_orchestration_typed("s", timeout_ms=None) == "confirmed with a click"
# [end]


# [failure]
def test_it_fails_if_no_mail_can_be_sent() -> None:
    def fails(ctx: ActivityContext, text: str) -> None:
        raise ConnectionError("the server is down")

    with Environment(register_handlers) as world:
        world.replace_activity("send_mail", fails)
        world.client().start_orchestration("s", "Subscribe", "Ada")
        ended = world.client().wait_for_orchestration("s")
        assert ended.failure is not None and ended.failure.type == "ConnectionError"
# [end]


# [stub]
def welcome(ctx: OrchestrationContext, customer: str) -> Generator[Any, Any, str]:
    outcome = yield ctx.schedule_sub_orchestration("Subscribe", customer)
    return f"welcome, {customer}: {outcome}"


def test_welcome_with_a_stub() -> None:
    def register(target: Registration) -> None:
        target.register_orchestration("Welcome", welcome)
        target.register_orchestration("Subscribe", lambda ctx, customer: "confirmed by the stub")

    with Environment(register) as world:
        world.client().start_orchestration("w", "Welcome", "Ada")
        assert world.client().wait_for_orchestration_typed("w") == "welcome, Ada: confirmed by the stub"
# [end]


# [crashes]
def register_without_mail(target: Registration) -> None:
    target.register_activity("send_mail", lambda ctx, text: None)
    target.register_orchestration("Subscribe", subscribe)


def scenario(world: Environment) -> Any:
    client = world.client()
    client.start_orchestration("s", "Subscribe", "Ada")
    world.advance(timedelta(days=8))
    client.enqueue_event("s", "confirmations", "a click")
    return client.wait_for_orchestration_typed("s", timeout_ms=HOUR_MS)


def test_it_survives_a_crash_at_every_point() -> None:
    report = crash_everywhere(register_without_mail, scenario)
    assert report.crashes == 2 * report.writes > 0
# [end]


# [one crash]
def test_it_survives_one_crash() -> None:
    with Environment(register_without_mail, crash=(2, True)) as world:
        assert scenario(world) == "confirmed late with a click"
        assert world.crashes() == 1
        assert "turn of 's'" in world.crashed_write()
# [end]


# [orders]
def test_the_order_does_not_matter() -> None:
    for seed in range(1, 21):
        with Environment(register_without_mail, seed=seed) as world:
            assert scenario(world) == "confirmed late with a click"
# [end]


# [replay]
# Histories that were exported from production (client.export_instances), kept with the tests.
def check_old_histories(exported: Path) -> None:
    verdicts = replay_exported(exported, register_handlers)
    assert len(verdicts) > 0
    for verdict in verdicts:
        assert verdict.matches, f"{verdict.instance}: {verdict.why}"
# [end]


# [gate]
# A program of its own, run before a deployment: sys.exit(check_before_deployment(url))
def check_before_deployment(url: str) -> int:
    return gate(url, register_handlers)
# [end]


def main() -> None:
    for name, test in sorted(globals().items()):
        if name.startswith("test_"):
            test()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "app.db"
        store = SqliteProvider.open(file)
        client = Client(store)
        with Runtime(store) as runtime:
            register_without_mail(runtime)
            runtime.start()
            client.start_orchestration("s", "Subscribe", "Ada")
            while len(client.read_execution_history("s", 1)) < 5:
                pass
        client.export_instances(Path(folder) / "exported.jsonl")
        check_old_histories(Path(folder) / "exported.jsonl")
        report = io.StringIO()
        assert gate(f"sqlite:{file}", register_handlers, report) == 0
        assert "1 open instances, 0 do not match" in report.getvalue(), report.getvalue()


if __name__ == "__main__":
    main()
