"""The events of a history, as `Event` shows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from duroxide.errors import Failure
from duroxide.payloads import as_json, dumps
from duroxide.results import Event

if TYPE_CHECKING:
    from duroxide._native import EventRow

_KINDS = {
    "orchestration_cancelled": "OrchestrationFailed",
    "cancel_requested": "OrchestrationCancelRequested",
    "external_raised": "ExternalEvent",
    "queue_message": "QueueEventDelivered",
    "orchestration_detached": "OrchestrationChained",
    "kv_set": "KeyValueSet",
    "kv_cleared": "KeyValueCleared",
    "kv_all_cleared": "KeyValuesCleared",
}


def camel_case(word: str) -> str:
    """ "activity_failed" becomes "ActivityFailed"."""
    return "".join(part.capitalize() for part in word.split("_"))


# What is no longer wanted, by the kind of what asked for it.
_DROPPED = {
    "activity_scheduled": "ActivityCancelRequested",
    "sub_orchestration_scheduled": "SubOrchestrationCancelRequested",
    "external_subscribed": "ExternalSubscribedCancelled",
    "queue_subscribed": "QueueSubscriptionCancelled",
}


def events(rows: Sequence[EventRow]) -> list[Event]:
    by_id = {row["id"]: row for row in rows}
    return [
        Event(
            event_id=row["id"],
            kind=_kind(row, by_id.get(row["source"])),
            source_event_id=row["source"] or None,
            timestamp_ms=row["recorded_at"],
            data=_data(row, by_id.get(row["source"])),
        )
        for row in rows
    ]


def _kind(row: EventRow, source: EventRow | None) -> str:
    kind = row["kind"]
    if kind == "operation_dropped" and source is not None and source["kind"] in _DROPPED:
        return _DROPPED[source["kind"]]
    return _KINDS.get(kind) or camel_case(kind)


def _data(row: EventRow, source: EventRow | None) -> str | None:
    if row["kind"] == "timer_fired":
        return _timer(None if source is None else source["due"])
    shown = _DATA.get(row["kind"])
    return None if shown is None else shown(row)


def _object(**members: str) -> str:
    # The members are JSON text already: payloads stay as they are stored, to the last digit.
    return "{" + ", ".join(f"{dumps(name)}: {value}" for name, value in members.items()) + "}"


def _started(row: EventRow) -> str:
    return _object(name=dumps(row["name"]), version=dumps(row["version"]), input=as_json(row["data"]))


def _activity(row: EventRow) -> str:
    return _object(name=dumps(row["name"]), input=as_json(row["data"]))


def _child(row: EventRow) -> str:
    return _object(name=dumps(row["name"]), instance=dumps(row["instance"]), input=as_json(row["data"]))


def _result(row: EventRow) -> str:
    return as_json(row["data"])


def _timer(due: int | None) -> str:
    return _object(fireAtMs=dumps(due))


def _name(row: EventRow) -> str:
    return _object(name=dumps(row["name"]))


def _message(row: EventRow) -> str:
    return _object(name=dumps(row["name"]), data=as_json(row["data"]))


def _failed(row: EventRow) -> str | None:
    failure = row["failure"]
    if not isinstance(failure, Failure):
        return None
    kind: Any = camel_case(failure.kind)
    if failure.kind == "cancelled":
        kind = {"Cancelled": {"reason": failure.message}}
    return _details(failure.category, kind, failure.message, failure.retryable)


def _cancelled(row: EventRow) -> str:
    reason = row["text"] or ""
    return _details("application", {"Cancelled": {"reason": reason}}, f"canceled: {reason}", False)


def _details(category: str, kind: Any, message: str, retryable: bool) -> str:
    return dumps({camel_case(category): {"kind": kind, "message": message, "retryable": retryable}})


# What the kinds show; all others show nothing.
_DATA: dict[str, Callable[[EventRow], str | None]] = {
    "orchestration_started": _started,
    "orchestration_completed": _result,
    "orchestration_failed": _failed,
    "orchestration_cancelled": _cancelled,
    "activity_scheduled": _activity,
    "activity_completed": _result,
    "activity_failed": _failed,
    "timer_created": lambda row: _timer(row["due"]),
    "external_subscribed": _name,
    "external_raised": _message,
    "queue_subscribed": _name,
    "queue_message": _message,
    "sub_orchestration_scheduled": _child,
    "sub_orchestration_completed": _result,
    "sub_orchestration_failed": _failed,
    "utc_now_recorded": lambda row: dumps(row["due"]),
    "guid_recorded": _result,
    "random_recorded": _result,
}
