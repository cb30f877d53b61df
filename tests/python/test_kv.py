"""The values of an instance: written by its orchestration, read by everybody."""

from __future__ import annotations

import json
from typing import Any

import pytest

from duroxide import MAX_KV_KEYS, MAX_KV_VALUE_BYTES
from kit import LIMIT


def test_an_orchestration_reads_what_it_wrote(value: Any) -> None:
    def Values(ctx, _):
        ctx.set_kv_value("b", "2")
        ctx.set_kv_value("a", "1")
        found = [ctx.get_kv_value("a"), ctx.get_kv_value("none"), ctx.get_kv_length()]
        found += [sorted(ctx.get_kv_all_keys()), ctx.get_kv_all_values()]
        ctx.clear_kv_value("a")
        found += [ctx.get_kv_all_values()]
        ctx.clear_all_kv_values()
        return [*found, ctx.get_kv_length()]
        yield

    assert value(Values) == ["1", None, 2, ["a", "b"], {"a": "1", "b": "2"}, {"b": "2"}, 0]


def test_a_value_is_the_text_of_what_was_given(serve: Any, begin: Any, client: Any) -> None:
    def Values(ctx, _):
        ctx.set_kv_value("number", 5)
        ctx.set_kv_value("dict", {"a": 1})
        ctx.set_kv_value("json", json.dumps({"a": [1]}))
        ctx.set_kv_value(7, "number key")
        ctx.set_kv_value("text", 'quote " and ü\n')
        return [ctx.get_kv_value("number"), ctx.get_kv_value("7")]

    serve(Values)
    instance = begin("Values")
    assert client.wait_for_orchestration(instance).output == ["5", "number key"]
    assert client.get_kv_value(instance, "dict") == str({"a": 1})
    assert client.get_kv_value(instance, "text") == 'quote " and ü\n'
    assert client.get_kv_value_typed(instance, "json") == {"a": [1]}
    assert client.get_kv_value_typed(instance, "number") == 5
    with pytest.raises(json.JSONDecodeError):
        client.get_kv_value_typed(instance, "dict")


def test_clients_see_none_for_what_is_not_there(serve: Any, begin: Any, client: Any) -> None:
    serve()
    instance = begin("Echo", 1)
    client.wait_for_orchestration(instance)
    assert client.get_kv_value(instance, "key") is None
    assert client.get_kv_value_typed(instance, "key") is None
    assert client.get_kv_value("nobody", "key") is None


def test_clients_read_all_values(serve: Any, begin: Any, client: Any) -> None:
    def Values(ctx, _):
        ctx.set_kv_value("a", "1")
        ctx.set_kv_value("b", "2")

    serve(Values)
    instance = begin("Values")
    client.wait_for_orchestration(instance)
    assert client.get_kv_all_values(instance) == {"a": "1", "b": "2"}


def test_a_wait_for_a_value_ends_when_it_is_written(serve: Any, begin: Any, client: Any) -> None:
    def Values(ctx, _):
        yield ctx.schedule_timer(30)
        ctx.set_kv_value("key", "[1, 2]")
        yield ctx.wait_for_event("never")

    serve(Values)
    instance = begin("Values")
    assert client.wait_for_kv_value(instance, "key", LIMIT * 1000) == "[1, 2]"
    assert client.wait_for_kv_value_typed(instance, "key") == [1, 2]


def test_a_wait_for_a_value_times_out_as_timeout_error(serve: Any, begin: Any, client: Any) -> None:
    serve()
    instance = begin("WaitForGo")
    with pytest.raises(TimeoutError):
        client.wait_for_kv_value(instance, "key", 30)
    with pytest.raises(TimeoutError):
        client.wait_for_kv_value_typed(instance, "key", timeout_ms=30)


def test_values_survive_a_restart(serve: Any, begin: Any, client: Any, reopen: Any) -> None:
    def Values(ctx, _):
        ctx.set_kv_value("key", "before")
        yield ctx.wait_for_event("go")
        return ctx.get_kv_value("key")

    first = serve(Values)
    instance = begin("Values")
    client.wait_for_kv_value(instance, "key")
    first.shutdown(2000)
    serve(Values, on=reopen())
    client.raise_event(instance, "go")
    assert client.wait_for_orchestration(instance, LIMIT * 1000).output == "before"


def test_old_values_can_be_pruned(value: Any) -> None:
    def Prune(ctx, _):
        ctx.set_kv_value("old", "1")
        yield ctx.schedule_timer(30)
        now = yield ctx.utc_now()
        yield ctx.schedule_timer(30)
        ctx.set_kv_value("new", "2")
        yield ctx.schedule_timer(1)
        removed = ctx.prune_kv_values_updated_before(now)
        return [removed, ctx.get_kv_all_values()]

    assert value(Prune) == [1, {"new": "2"}]


@pytest.mark.parametrize("cutoff", [-1, "now", 1.5])
def test_a_bad_cutoff_is_refused(value: Any, cutoff: Any) -> None:
    def Prune(ctx, given):
        try:
            ctx.prune_kv_values_updated_before(given)
        except (OverflowError, TypeError, ValueError) as error:
            return type(error).__name__
        yield

    assert value(Prune, cutoff) in (["OverflowError", "ValueError"] if cutoff == -1 else ["TypeError"])


def test_another_instance_can_be_read(serve: Any, begin: Any, client: Any) -> None:
    def Values(ctx, _):
        ctx.set_kv_value("key", "shared")

    def Reads(ctx, instance):
        found = yield ctx.get_kv_value_from_instance(instance, "key")
        missing = yield ctx.get_kv_value_from_instance(instance, "other")
        nobody = yield ctx.get_kv_value_from_instance("nobody", "key")
        return [found, missing, nobody]

    serve(Values, Reads)
    instance = begin("Values")
    client.wait_for_orchestration(instance)
    assert client.wait_for_orchestration(begin("Reads", instance)).output == ["shared", None, None]


def test_too_many_keys_are_refused(run: Any) -> None:
    def Many(ctx, count):
        for i in range(count):
            ctx.set_kv_value(f"k{i}", "v")
        yield ctx.schedule_timer(0)

    result = run(Many, MAX_KV_KEYS + 1)
    assert result.status == "Failed"
    assert str(MAX_KV_KEYS) in result.error


def test_as_many_keys_as_are_allowed_are_accepted(value: Any) -> None:
    def Many(ctx, count):
        for i in range(count):
            ctx.set_kv_value(f"k{i}", "v")
        yield ctx.schedule_timer(0)
        return ctx.get_kv_length()

    assert value(Many, MAX_KV_KEYS) == MAX_KV_KEYS


def test_a_value_that_is_too_long_is_refused(run: Any) -> None:
    def Long(ctx, size):
        ctx.set_kv_value("k", "v" * size)
        yield ctx.schedule_timer(0)

    result = run(Long, MAX_KV_VALUE_BYTES + 1)
    assert result.status == "Failed"
    assert "limit" in result.error.lower() or str(MAX_KV_VALUE_BYTES) in result.error


def test_values_are_gone_with_their_instance(serve: Any, begin: Any, client: Any) -> None:
    def Values(ctx, _):
        ctx.set_kv_value("key", "1")

    serve(Values)
    instance = begin("Values")
    client.wait_for_orchestration(instance)
    client.delete_instance(instance)
    assert client.get_kv_value(instance, "key") is None


def test_the_dead_context_of_an_ended_orchestration_does_nothing(value: Any, client: Any) -> None:
    kept = []

    def Keep(ctx, _):
        kept.append(ctx)
        ctx.set_kv_value("key", "1")
        yield ctx.schedule_timer(0)
        return ctx.instance_id

    instance = value(Keep)
    dead = kept[-1]
    dead.set_kv_value("key", "changed")
    dead.clear_all_kv_values()
    dead.set_custom_status("changed")
    dead.trace_info("nothing")
    assert (dead.get_kv_value("key"), dead.get_kv_all_values(), dead.get_kv_all_keys()) == (None, {}, [])
    assert (dead.get_kv_length(), dead.prune_kv_values_updated_before(10**15), dead.get_custom_status()) == (0, 0, None)
    assert client.get_kv_value(instance, "key") == "1"
    assert client.get_status(instance).custom_status is None
