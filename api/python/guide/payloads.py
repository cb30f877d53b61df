"""The program of payloads.md."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

from duroxide import Client, LimitError, OrchestrationContext, Runtime, SqliteProvider, set_json_hooks


# [hooks]
@dataclass
class Money:
    amount: Decimal
    currency: str


def to_json(value: object) -> object:
    if isinstance(value, Money):
        return {"$money": [str(value.amount), value.currency]}
    if isinstance(value, datetime):
        return {"$time": value.isoformat()}
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def from_json(read: dict[str, Any]) -> Any:
    if "$money" in read:
        amount, currency = read["$money"]
        return Money(Decimal(amount), currency)
    if "$time" in read:
        return datetime.fromisoformat(read["$time"])
    return read


def use_hooks() -> None:
    set_json_hooks(default=to_json, object_hook=from_json)
# [end]


# [without]
@dataclass
class Item:
    name: str
    count: int


def send(client: Client, item: Item, moment: datetime) -> None:
    client.start_orchestration("i", "Same", {"item": asdict(item), "at": moment.isoformat()})
# [end]


# [refused]
def refused(client: Client) -> list[str]:
    found = []
    for value in ({1, 2}, float("nan"), b"bytes", datetime.now(timezone.utc), "x" * 3_000_000):
        try:
            client.start_orchestration("r", "Same", value)
        except (TypeError, ValueError) as error:
            found.append(type(error).__name__)
    return found
# [end]


# [changed]
def changed(client: Client) -> Any:
    client.start_orchestration("c", "Same", {"pair": (1, 2), 3: True, "big": 2**80, "none": None})
    return client.wait_for_orchestration("c").output  # {"pair": [1, 2], "3": True, "big": 2**80, "none": None}
# [end]


# [typed]
def typed(ctx: OrchestrationContext, _: None) -> Generator[Any, Any, list[Any]]:
    text = yield ctx.schedule_activity("same", "21")
    number = yield ctx.schedule_activity_typed("same", "21")
    return [text, number]
# [end]


def main() -> None:
    store = SqliteProvider.in_memory()
    client = Client(store)
    with Runtime(store) as runtime:
        runtime.register_activity("same", lambda ctx, value: value)
        runtime.register_orchestration("Same", lambda ctx, value: value)
        runtime.register_orchestration("Typed", typed)
        runtime.start()
        assert refused(client) == ["TypeError", "ValueError", "TypeError", "TypeError", LimitError.__name__]
        assert changed(client) == {"pair": [1, 2], "3": True, "big": 2**80, "none": None}
        moment = datetime(2030, 1, 2, tzinfo=timezone.utc)
        send(client, Item("tea", 2), moment)
        assert client.wait_for_orchestration("i").output == {
            "item": {"name": "tea", "count": 2},
            "at": "2030-01-02T00:00:00+00:00",
        }
        client.start_orchestration("t", "Typed")
        assert client.wait_for_orchestration("t").output == ["21", 21]
        use_hooks()
        money = Money(Decimal("1.10"), "EUR")
        client.start_orchestration("m", "Same", [money, moment])
        assert client.wait_for_orchestration("m").output == [money, moment]
        set_json_hooks()


if __name__ == "__main__":
    main()
