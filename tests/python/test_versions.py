"""Versions: new instances take the latest, running ones keep theirs."""

from __future__ import annotations

from typing import Any

import pytest

from duroxide import ConfigurationError
from kit import LIMIT


def of(version: str) -> Any:
    def orchestration(ctx, wait):
        if wait:
            ctx.set_custom_status("waits")
            yield ctx.wait_for_event("go")
        return [version, ctx.orchestration_version]

    return orchestration


def with_versions(runtime: Any, *versions: str, on: Any = None) -> Any:
    made = runtime(on)
    for each in versions:
        made.register_orchestration_versioned("V", each, of(each))
    made.start()
    return made


def test_new_instances_take_the_latest_version(runtime: Any, begin: Any, client: Any) -> None:
    with_versions(runtime, "1.0.0", "2.0.0", "10.0.0")
    assert client.wait_for_orchestration(begin("V")).output == ["10.0.0", "10.0.0"]


def test_versions_are_registered_in_ascending_order(runtime: Any) -> None:
    made = runtime()
    made.register_orchestration_versioned("V", "2.0.0", of("2.0.0"))
    with pytest.raises(ConfigurationError, match="1.0.0"):
        made.register_orchestration_versioned("V", "1.0.0", of("1.0.0"))


def test_a_version_can_be_asked_for(runtime: Any, client: Any) -> None:
    with_versions(runtime, "1.0.0", "2.0.0")
    client.start_orchestration_versioned("old", "V", None, "1.0.0")
    assert client.wait_for_orchestration("old").output == ["1.0.0", "1.0.0"]


def test_a_registration_without_a_version_is_1_0_0(runtime: Any, begin: Any, client: Any) -> None:
    made = runtime()
    made.register_orchestration("V", of("1.0.0"))
    made.start()
    assert client.wait_for_orchestration(begin("V")).output == ["1.0.0", "1.0.0"]


def test_a_decorator_registers_a_version(runtime: Any, begin: Any, client: Any) -> None:
    made = runtime()

    @made.register_orchestration_versioned("V", "3.1.4")
    def V(ctx, _):
        return ctx.orchestration_version

    made.start()
    assert client.wait_for_orchestration(begin("V")).output == "3.1.4"


def test_a_running_instance_keeps_its_version(runtime: Any, begin: Any, client: Any, reopen: Any) -> None:
    first = with_versions(runtime, "1.0.0")
    instance = begin("V", True)
    client.wait_for_status_change(instance, 0)
    first.shutdown(2000)
    with_versions(runtime, "1.0.0", "2.0.0", on=reopen())
    client.raise_event(instance, "go")
    assert client.wait_for_orchestration(instance, LIMIT * 1000).output == ["1.0.0", "1.0.0"]
    assert client.wait_for_orchestration(begin("V")).output[0] == "2.0.0"


def test_sub_orchestrations_and_detached_starts_have_versions(runtime: Any, begin: Any, client: Any) -> None:
    made = runtime()
    for each in ("1.0.0", "2.0.0"):
        made.register_orchestration_versioned("V", each, of(each))

    @made.register_orchestration("Family")
    def Family(ctx, _):
        found = yield ctx.all_typed(
            [
                ctx.schedule_sub_orchestration_versioned("V", "1.0.0"),
                ctx.schedule_sub_orchestration_versioned("V", None),
                ctx.schedule_sub_orchestration_versioned_with_id("V", "1.0.0", "with-id"),
            ]
        )
        yield ctx.start_orchestration_versioned("V", "1.0.0", "detached")
        return [each[0] for each in found]

    made.start()
    assert client.wait_for_orchestration(begin("Family")).output == ["1.0.0", "2.0.0", "1.0.0"]
    assert client.get_instance_info("with-id").orchestration_version == "1.0.0"
    assert client.wait_for_orchestration("detached").output[0] == "1.0.0"


def test_continue_as_new_may_change_the_version(runtime: Any, client: Any) -> None:
    made = runtime()

    @made.register_orchestration_versioned("Grow", "1.0.0")
    def old(ctx, target):
        yield ctx.continue_as_new_versioned("moved", target)

    @made.register_orchestration_versioned("Grow", "2.0.0")
    def middle(ctx, given):
        return ["2.0.0", given]

    @made.register_orchestration_versioned("Grow", "3.0.0")
    def new(ctx, given):
        return ["3.0.0", given]

    made.start()
    client.start_orchestration_versioned("to-2", "Grow", "2.0.0", "1.0.0")
    client.start_orchestration_versioned("to-latest", "Grow", None, "1.0.0")
    assert client.wait_for_orchestration("to-2").output == ["2.0.0", "moved"]
    assert client.wait_for_orchestration("to-latest").output == ["3.0.0", "moved"]


@pytest.mark.parametrize("version", ["", "1", "1.x.0", "not a version", 3, None])
def test_a_bad_version_is_refused_at_its_registration(runtime: Any, version: Any) -> None:
    with pytest.raises((TypeError, ValueError, RuntimeError), match="version"):
        runtime().register_orchestration_versioned("V", version, of("1.0.0"))


def test_an_unknown_version_waits_for_a_runtime_that_has_it(
    runtime: Any, client: Any, reopen: Any
) -> None:
    first = with_versions(runtime, "1.0.0")
    client.start_orchestration_versioned("future", "V", None, "9.0.0")
    with pytest.raises(TimeoutError):
        client.wait_for_orchestration("future", 100)
    first.shutdown(2000)
    with_versions(runtime, "1.0.0", "9.0.0", on=reopen())
    assert client.wait_for_orchestration("future", LIMIT * 1000).output == ["9.0.0", "9.0.0"]


def test_a_policy_holds_new_instances_on_a_version(runtime: Any, begin: Any, client: Any) -> None:
    made = runtime()
    for each in ("1.0.0", "2.0.0"):
        made.register_orchestration_versioned("V", each, of(each))
    made.set_version_policy("V", "1.0.0")
    made.start()
    assert client.wait_for_orchestration(begin("V")).output[0] == "1.0.0"
