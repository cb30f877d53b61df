"""The client: starting, waiting, states, and what it says about ids that nobody knows."""

from __future__ import annotations

import dataclasses
import threading
import time
from typing import Any

import pytest

from duroxide import (
    Client,
    DuroxideError,
    InstanceExistsError,
    InstanceNotFoundError,
    OrchestrationFailed,
    OrchestrationResult,
)
from kit import LIMIT, eventually


def test_an_instance_goes_from_running_to_completed(serve: Any, begin_waiting: Any, client: Any) -> None:
    serve()
    instance = begin_waiting()
    running = client.get_status(instance)
    assert (running.status, running.output, running.error, running.custom_status) == ("Running", None, None, "waits")
    client.raise_event(instance, "go", 7)
    done = client.wait_for_orchestration(instance)
    assert (done.status, done.output, done.error) == ("Completed", 7, None)
    assert client.get_status(instance) == done


def test_a_result_names_its_instance(serve: Any, begin: Any, client: Any) -> None:
    serve()
    instance = begin("CountTo", [0, 1])
    done = client.wait_for_orchestration(instance)
    assert (done.instance_id, done.orchestration_name, done.orchestration_version) == (instance, "CountTo", "1.0.0")
    assert (done.execution_id, done.labels, done.failure) == (2, {}, None)


def test_a_result_is_a_frozen_dataclass_with_all_its_fields(client: Any) -> None:
    result = client.get_status("nobody")
    assert list(vars(result)) == [each.name for each in dataclasses.fields(result)]
    assert result == OrchestrationResult("NotFound", instance_id="nobody")
    assert repr(result) == repr(dataclasses.replace(result))
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.status = "Running"


def test_an_unknown_instance_is_not_found(client: Any) -> None:
    unknown = client.get_status("nobody")
    assert (unknown.status, unknown.output, unknown.error) == ("NotFound", None, None)


def test_a_start_without_a_runtime_is_kept_for_one(begin: Any, client: Any, serve: Any) -> None:
    instance = begin("Echo", "kept")
    assert client.get_status(instance).status == "Running"
    serve()
    assert client.wait_for_orchestration(instance).output == "kept"


def test_a_wait_times_out_with_the_words_of_the_original(serve: Any, begin: Any, client: Any) -> None:
    serve()
    instance = begin("WaitForGo")
    began = time.monotonic()
    with pytest.raises(TimeoutError, match="timed out") as caught:
        client.wait_for_orchestration(instance, 50)
    assert 0.045 <= time.monotonic() - began < 5
    assert isinstance(caught.value, RuntimeError)


def test_a_wait_of_no_time_ends_at_once(serve: Any, begin: Any, client: Any) -> None:
    serve()
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        client.wait_for_orchestration(begin("WaitForGo"), 0)
    assert time.monotonic() - began < 5


def test_a_wait_may_have_no_limit(serve: Any, begin: Any, client: Any) -> None:
    serve()
    assert client.wait_for_orchestration(begin("Echo", 1), None).output == 1


def test_a_wait_for_an_unknown_instance_waits_for_its_start(serve: Any, client: Any) -> None:
    serve()
    with pytest.raises(TimeoutError):
        client.wait_for_orchestration("later", 30)
    found = []
    waiter = threading.Thread(target=lambda: found.append(client.wait_for_orchestration("later", LIMIT * 1000)))
    waiter.start()
    client.start_orchestration("later", "Echo", "came")
    waiter.join(LIMIT)
    assert [each.output for each in found] == ["came"]


def test_many_threads_wait_at_once(serve: Any, begin_waiting: Any, client: Any) -> None:
    serve()
    instance = begin_waiting()
    found: list[Any] = []
    waiters = [
        threading.Thread(target=lambda: found.append(client.wait_for_orchestration(instance, LIMIT * 1000).output))
        for _ in range(20)
    ]
    for each in waiters:
        each.start()
    client.raise_event(instance, "go", "all")
    for each in waiters:
        each.join(LIMIT)
    assert found == ["all"] * 20


def test_a_wait_lets_other_threads_run(serve: Any, begin: Any, client: Any) -> None:
    serve()
    instance = begin("WaitForGo")
    counted, stop = [0], threading.Event()

    def count() -> None:
        while not stop.is_set():
            counted[0] += 1

    counter = threading.Thread(target=count)
    counter.start()
    before = counted[0]
    with pytest.raises(TimeoutError):
        client.wait_for_orchestration(instance, 100)
    after = counted[0]
    stop.set()
    counter.join(LIMIT)
    assert after - before > 100


def test_a_failed_instance_has_no_output_and_an_error(serve: Any, begin: Any, client: Any) -> None:
    serve()
    failed = client.wait_for_orchestration(begin("Fail", "it broke"))
    assert (failed.status, failed.output) == ("Failed", None)
    assert "it broke" in failed.error


def test_a_typed_wait_gives_the_output_or_raises(serve: Any, begin: Any, client: Any) -> None:
    serve()
    assert client.wait_for_orchestration_typed(begin("Echo", [1])) == [1]
    with pytest.raises(OrchestrationFailed, match="it broke") as caught:
        client.wait_for_orchestration_typed(begin("Fail", "it broke"))
    assert caught.value.failure.type == "ValueError"


# -- starting ------------------------------------------------------------------


def test_a_second_start_of_an_id_lets_the_first_be(serve: Any, client: Any) -> None:
    serve()
    assert client.start_orchestration("same", "Echo", "first") is True
    assert client.start_orchestration("same", "Echo", "second") is False
    assert client.wait_for_orchestration("same").output == "first"
    assert client.start_orchestration("same", "Echo", "third") is False
    assert client.wait_for_orchestration("same").output == "first"


def test_a_second_start_can_be_an_error(serve: Any, client: Any) -> None:
    serve()
    client.start_orchestration("same", "Echo", 1, if_exists="fail")
    with pytest.raises(InstanceExistsError, match="same"):
        client.start_orchestration("same", "Echo", 2, if_exists="fail")


def test_an_instance_that_has_ended_can_be_replaced(serve: Any, client: Any) -> None:
    serve()
    client.start_orchestration("same", "Echo", "first")
    client.wait_for_orchestration("same")
    assert client.start_orchestration("same", "Echo", "second", if_exists="replace_terminal") is True
    assert client.wait_for_orchestration("same").output == "second"


def test_a_running_instance_is_not_replaced(serve: Any, begin_waiting: Any, client: Any) -> None:
    serve()
    instance = begin_waiting()
    try:
        assert client.start_orchestration(instance, "Echo", 1, if_exists="replace_terminal") is False
    except DuroxideError as error:
        assert instance in str(error)
    assert client.get_status(instance).orchestration_name == "WaitForGo"


def test_a_start_can_be_delayed(serve: Any, client: Any) -> None:
    serve()
    began = time.monotonic()
    client.start_orchestration("later", "Echo", 1, delay_ms=150)
    assert client.get_status("later").status == "Running"
    assert client.wait_for_orchestration("later").output == 1
    assert time.monotonic() - began >= 0.149


def test_an_instance_has_labels(serve: Any, client: Any) -> None:
    serve()
    client.start_orchestration("labelled", "Echo", 1, labels={"team": "blue", "empty": ""})
    assert client.wait_for_orchestration("labelled").labels == {"team": "blue", "empty": ""}
    assert client.get_instance_info("labelled").labels == {"team": "blue", "empty": ""}


def test_a_start_can_name_a_version(runtime: Any, client: Any) -> None:
    made = runtime()
    for version in ("1.0.0", "2.0.0"):
        made.register_orchestration_versioned("V", version, lambda ctx, _, own=version: own)
    made.start()
    client.start_orchestration("old", "V", version="1.0.0")
    assert client.wait_for_orchestration("old").output == "1.0.0"


def test_an_orchestration_that_nobody_has_is_started_and_waits(serve: Any, client: Any) -> None:
    serve()
    client.start_orchestration("odd", "NobodyHasIt")
    with pytest.raises(TimeoutError):
        client.wait_for_orchestration("odd", 100)


# -- events and cancellation -------------------------------------------------------


def test_an_event_for_nobody_is_an_error(client: Any) -> None:
    for call in (client.raise_event, client.enqueue_event):
        with pytest.raises(InstanceNotFoundError, match="nobody"):
            call("nobody", "name", 1)


def test_an_event_for_an_ended_instance_is_ignored(serve: Any, begin: Any, client: Any) -> None:
    serve()
    instance = begin("Echo", 1)
    client.wait_for_orchestration(instance)
    assert client.raise_event(instance, "go") is None
    assert client.enqueue_event(instance, "go") is None
    assert client.wait_for_orchestration(instance).output == 1


def test_cancelling_ends_an_instance_with_the_reason(serve: Any, begin_waiting: Any, client: Any) -> None:
    serve()
    instance = begin_waiting()
    client.cancel_instance(instance, "not needed")
    result = client.wait_for_orchestration(instance)
    assert (result.status, result.error, result.failure.kind) == ("Failed", "canceled: not needed", "cancelled")


def test_cancelling_without_a_reason(serve: Any, begin_waiting: Any, client: Any) -> None:
    serve()
    instance = begin_waiting()
    client.cancel_instance(instance)
    assert client.wait_for_orchestration(instance).error.startswith("canceled")


def test_cancelling_nobody_or_an_ended_instance_does_nothing(serve: Any, begin: Any, client: Any) -> None:
    serve()
    assert client.cancel_instance("nobody", "why") is None
    instance = begin("Echo", 1)
    client.wait_for_orchestration(instance)
    assert client.cancel_instance(instance, "too late") is None
    assert client.get_status(instance).status == "Completed"


def test_arguments_can_be_given_by_name(serve: Any, client: Any) -> None:
    serve()
    client.start_orchestration(instance_id="i", name="Echo", input=1)
    assert client.wait_for_orchestration(instance_id="i", timeout_ms=20_000).output == 1
    client.start_orchestration_versioned(instance_id="v", name="Echo", input=2, version="1.0.0")
    assert client.wait_for_orchestration("v").output == 2


def test_a_client_on_the_store_alone_sees_the_same(serve: Any, begin_waiting: Any, client: Any, reopen: Any) -> None:
    serve()
    other = Client(reopen())
    instance = begin_waiting()
    assert other.get_status(instance).custom_status == "waits"
    other.raise_event(instance, "go", "from outside")
    assert other.wait_for_orchestration(instance, LIMIT * 1000).output == "from outside"
    assert client.get_status(instance).output == "from outside"


def test_a_wait_ends_when_its_instance_is_deleted(serve: Any, begin_waiting: Any, client: Any) -> None:
    serve()
    instance = begin_waiting()
    ended: list[Any] = []

    def wait() -> None:
        try:
            ended.append(client.wait_for_orchestration(instance, LIMIT * 1000).status)
        except DuroxideError as error:
            ended.append(type(error).__name__)

    waiter = threading.Thread(target=wait)
    waiter.start()
    client.delete_instance(instance, force=True)
    waiter.join(LIMIT)
    # Cancelled first, then deleted: the wait may see either.
    assert ended in (["Failed"], ["InstanceNotFoundError"])
    eventually(lambda: client.get_status(instance).status == "NotFound")


@pytest.mark.parametrize("instance", ["ü/\U0001f600 '\"\\", "a::b", "x" * 256])
def test_ids_may_be_any_text(serve: Any, client: Any, instance: str) -> None:
    serve()
    client.start_orchestration(instance, "Echo", 1)
    assert client.wait_for_orchestration(instance).output == 1
    assert instance in client.list_all_instances()


@pytest.mark.parametrize("instance", ["", "x" * 257, "line\nbreak", "null\x00", "\ud800"])
def test_ids_that_are_no_ids_are_refused(client: Any, instance: str) -> None:
    for call in (
        lambda: client.start_orchestration(instance, "Echo"),
        lambda: client.raise_event(instance, "e"),
        lambda: client.wait_for_orchestration(instance, 10),
    ):
        with pytest.raises(ValueError):
            call()
