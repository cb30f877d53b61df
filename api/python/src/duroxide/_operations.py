"""What a client does: checked arguments for a function of the native client, and what its result becomes. `Client`
calls the function itself, `AsyncClient` the form of it that returns at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from duroxide import _arguments as check
from duroxide import _rows as rows
from duroxide.definitions import orchestration_name
from duroxide.payloads import dumps, parse, text_of
from duroxide.results import ActivityProgress, LabelValue, OrchestrationResult

R = TypeVar("R")

IF_EXISTS = ("use", "fail", "replace_terminal")


# The name of the function, its arguments, and what makes the result of the value that it gives. A tuple, because each
# call of a client makes one.
Operation = tuple[str, tuple[Any, ...], Callable[[Any], R]]


def _nothing(_: Any) -> None:
    return None


def _as_it_is(value: Any) -> Any:
    return value


def _id(value: Any) -> str:
    return check.text(value, "instance_id")


def start(
    instance_id: str,
    name: Any,
    input: Any,
    version: str | None,
    delay_ms: int | timedelta,
    labels: Mapping[str, LabelValue] | None,
    if_exists: str,
) -> Operation[bool]:
    arguments = (
        _id(instance_id),
        orchestration_name(name),
        dumps(input),
        check.optional_text(version, "version") or "",
        check.delay(delay_ms),
        check.labels(labels),
        check.one_of(if_exists, "if_exists", IF_EXISTS),
    )
    return "start", arguments, _as_it_is


def start_versioned(instance_id: str, name: Any, input: Any, version: str) -> Operation[bool]:
    return start(instance_id, name, input, check.text(version, "version"), 0, None, "use")


def status(instance_id: str) -> Operation[OrchestrationResult]:
    return "status", (_id(instance_id),), rows.orchestration_result


def wait(instance_id: str, timeout_ms: int | None) -> Operation[OrchestrationResult]:
    return "wait", (_id(instance_id), check.timeout(timeout_ms)), rows.orchestration_result


def wait_for_output(instance_id: str, timeout_ms: int | None) -> Operation[Any]:
    return "wait", (_id(instance_id), check.timeout(timeout_ms)), rows.output_or_raise


def wait_for_status_change(
    instance_id: str, last_seen_version: int, poll_interval_ms: int, timeout_ms: int | None
) -> Operation[OrchestrationResult]:
    check.whole(poll_interval_ms, "poll_interval_ms")
    seen = check.whole(last_seen_version, "last_seen_version")
    arguments = (_id(instance_id), seen, check.timeout(timeout_ms))
    return "wait_for_status_change", arguments, rows.orchestration_result


def _text_or_none(stored: str | None) -> str | None:
    return None if stored is None else text_of(stored)


def _value_or_none(stored: str | None) -> Any:
    return None if stored is None else parse(text_of(stored))


def _key(value: Any) -> str:
    return check.text(value, "key")


def kv_value(instance_id: str, key: str) -> Operation[str | None]:
    return "kv_value", (_id(instance_id), _key(key)), _text_or_none


def kv_value_typed(instance_id: str, key: str) -> Operation[Any]:
    return "kv_value", (_id(instance_id), _key(key)), _value_or_none


def _texts(stored: Mapping[str, str]) -> dict[str, str]:
    return {key: text_of(value) for key, value in stored.items()}


def kv_values(instance_id: str) -> Operation[dict[str, str]]:
    return "kv_values", (_id(instance_id),), _texts


def wait_for_kv_value(instance_id: str, key: str, timeout_ms: int | None) -> Operation[str]:
    return "wait_for_kv_value", (_id(instance_id), _key(key), check.timeout(timeout_ms)), text_of


def wait_for_kv_value_typed(instance_id: str, key: str, timeout_ms: int | None) -> Operation[Any]:
    arguments = (_id(instance_id), _key(key), check.timeout(timeout_ms))
    return "wait_for_kv_value", arguments, _value_or_none


def raise_event(instance_id: str, event_name: str, data: Any) -> Operation[None]:
    arguments = (_id(instance_id), check.text(event_name, "event_name"), dumps(data))
    return "raise_event", arguments, _nothing


def enqueue_event(instance_id: str, queue_name: str, data: Any) -> Operation[None]:
    arguments = (_id(instance_id), check.text(queue_name, "queue_name"), dumps(data))
    return "enqueue_event", arguments, _nothing


def cancel(instance_id: str, reason: str | None) -> Operation[None]:
    text = "" if reason is None else check.any_text(reason, "reason")
    return "cancel", (_id(instance_id), text), _nothing


def terminate(instance_id: str, reason: str | None) -> Operation[None]:
    text = "" if reason is None else check.any_text(reason, "reason")
    return "terminate", (_id(instance_id), text), _nothing


def pause(instance_id: str, reason: str | None, tree: bool) -> Operation[None]:
    text = "" if reason is None else check.any_text(reason, "reason")
    return "pause", (_id(instance_id), text, check.truth(tree, "tree")), _nothing


def resume(instance_id: str, tree: bool) -> Operation[None]:
    return "resume", (_id(instance_id), check.truth(tree, "tree")), _nothing


def set_label(instance_id: str, name: str, value: LabelValue) -> Operation[None]:
    return "set_label", (_id(instance_id), check.text(name, "name"), check.label_value(value)), _nothing


def clear_label(instance_id: str, name: str) -> Operation[None]:
    return "clear_label", (_id(instance_id), check.text(name, "name")), _nothing


def activities(instance_id: str) -> Operation[list[ActivityProgress]]:
    return "activities", (_id(instance_id),), rows.activity_progress
