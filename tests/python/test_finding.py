"""Labels, and instances that are found and counted by a filter."""

from __future__ import annotations

import asyncio
import copy
import pickle
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from duroxide import AsyncClient, ConfigurationError, FilterError, InstanceNotFoundError, LimitError
from kit import LIMIT, eventually

DUE = datetime(2026, 11, 30, 8, 0, 0, 123000, tzinfo=timezone.utc)


def Order(ctx: Any, amount: Any) -> Any:
    ctx.set_label("amount", amount)
    ctx.set_label("due", DUE)
    ctx.set_label("stage", "open")
    payer = yield ctx.wait_for_event("paid")
    ctx.set_label("stage", f"paid by {payer}")
    ctx.clear_label("due")
    return [ctx.get_label("amount"), ctx.get_label("due"), ctx.get_label("none"), sorted(ctx.get_labels())]


def Holder(ctx: Any, inherits: bool) -> Any:
    ctx.set_label("team", "blue")
    task = ctx.schedule_sub_orchestration_with_id("Below", "below", None)
    return (yield task.inherit_labels() if inherits else task)


def Below(ctx: Any, _: Any) -> Any:
    yield ctx.wait_for_event("go")
    return ctx.get_labels()


def found(client: Any, filter: str, **more: Any) -> list[str]:
    return [each.instance_id for each in client.list_instances(filter, **more).instances]


def waits(client: Any, *instances: str) -> None:
    for each in instances:
        eventually(lambda: client.count_instances(f"id = '{each}' and state = active") == 1)


def test_an_orchestration_sets_labels_of_each_type(serve: Any, client: Any) -> None:
    serve(Order)
    client.start_orchestration("i", "Order", 42, labels={"customer": "Ada", "express": True, "weight": 1.5})
    waits(client, "i")
    labels = {"customer": "Ada", "express": True, "weight": 1.5, "amount": 42, "due": DUE, "stage": "open"}
    assert client.get_status("i").labels == labels
    assert client.get_instance_info("i").labels == labels
    (listed,) = client.list_instances("amount > 41 and express = true and due = 2026-11-30T08:00:00.123Z").instances
    assert listed.labels == labels
    assert type(listed.labels["amount"]) is float
    client.raise_event("i", "paid", "Bob")
    done = client.wait_for_orchestration("i", LIMIT * 1000)
    assert done.output == [42, None, None, ["amount", "customer", "express", "stage", "weight"]]
    assert (done.labels["stage"], "due" in done.labels) == ("paid by Bob", False)
    assert found(client, "stage like 'paid%' and due is null") == ["i"]


def test_a_time_is_one_with_a_zone_and_is_kept_to_the_millisecond(serve: Any, client: Any) -> None:
    serve(Below)
    here = datetime(2026, 11, 30, 10, 0, 0, 999999, tzinfo=timezone(timedelta(hours=2)))
    client.start_orchestration("i", "Below", labels={"due": here})
    assert client.get_status("i").labels == {"due": datetime(2026, 11, 30, 8, 0, 0, 999000, tzinfo=timezone.utc)}
    for wrong in (datetime(2026, 11, 30), datetime.max.replace(tzinfo=timezone(-timedelta(hours=2)))):
        with pytest.raises(ValueError, match="a value of labels must be a datetime"):
            client.start_orchestration("j", "Below", labels={"due": wrong})


def test_a_label_is_set_and_removed_from_outside(serve: Any, client: Any, provider: Any) -> None:
    serve(Below)
    client.start_orchestration("i", "Below", labels={"old": "x"})
    client.set_label("i", "hold", True)
    client.set_label("i", "amount", 2**53)
    client.clear_label("i", "old")

    async def beside() -> None:
        async with AsyncClient(provider) as through:
            await through.set_label("i", "due", DUE)
            await through.set_label("i", "gone", "x")
            await through.clear_label("i", "gone")
            client.raise_event("i", "go")
            await through.wait_for_orchestration("i", LIMIT * 1000)
            assert [each.instance_id for each in (await through.list_instances("hold = true")).instances] == ["i"]
            assert await through.count_instances("hold = true") == 1
            assert await through.count_instances(by="hold") == {"true": 1}
            await through.set_label("i", "late", 1)  # it has ended

    asyncio.run(beside())
    assert client.get_status("i").labels == {"hold": True, "amount": 2.0**53, "due": DUE}
    for refused in (lambda: client.set_label("unknown", "a", 1), lambda: client.clear_label("unknown", "a")):
        with pytest.raises(InstanceNotFoundError):
            refused()


@pytest.mark.parametrize("inherits", [True, False])
def test_a_child_inherits_the_labels_of_its_parent_if_it_is_told_to(serve: Any, client: Any, inherits: bool) -> None:
    serve(Holder, Below)
    client.start_orchestration("i", "Holder", inherits)
    waits(client, "below")
    assert found(client, "team = blue order by id") == (["below", "i"] if inherits else ["i"])
    client.raise_event("below", "go")
    assert client.wait_for_orchestration("i", LIMIT * 1000).output == ({"team": "blue"} if inherits else {})


def test_only_sub_orchestrations_inherit_labels() -> None:
    from duroxide import OrchestrationContext

    ctx = OrchestrationContext(
        {"instanceId": "i", "executionId": 1, "orchestrationName": "O", "orchestrationVersion": "1.0.0"}
    )
    for task in (ctx.schedule_activity("a"), ctx.schedule_timer(1), ctx.start_orchestration("O", "j")):
        with pytest.raises(TypeError, match="only a sub-orchestration inherits labels"):
            task.inherit_labels()
    assert ctx.schedule_sub_orchestration("O").inherit_labels()["inheritLabels"] is True
    assert (ctx.get_labels(), ctx.get_label("a")) == ({}, None)


@pytest.mark.parametrize("value", [None, [1], {"a": 1}, object(), b"x", float("nan"), float("inf"), 2**53 + 1, 10**400])
def test_what_no_label_can_be_is_refused_by_the_name_of_the_argument(client: Any, value: Any) -> None:
    from duroxide import OrchestrationContext

    ctx = OrchestrationContext(
        {"instanceId": "i", "executionId": 1, "orchestrationName": "O", "orchestrationVersion": "1.0.0"}
    )
    wanted = TypeError if not isinstance(value, (int, float)) else ValueError
    for refused in (
        lambda: client.set_label("i", "a", value),
        lambda: ctx.set_label("a", value),
        lambda: client.start_orchestration("i", "O", labels={"a": value}),
    ):
        with pytest.raises(wanted, match="value"):
            refused()


def Greedy(ctx: Any, size: int) -> Any:
    ctx.set_label("text", "x" * size)
    yield ctx.utc_now()


def test_labels_are_bounded(serve: Any, client: Any) -> None:
    serve(Greedy, Below)
    client.start_orchestration("fits", "Greedy", 1024)
    assert client.wait_for_orchestration("fits", LIMIT * 1000).status == "Completed"
    client.start_orchestration("large", "Greedy", 1025)
    assert client.wait_for_orchestration("large", LIMIT * 1000).failure.kind == "limit_exceeded"
    with pytest.raises(LimitError):
        client.start_orchestration("i", "Below", labels={"text": "x" * 1025})
    with pytest.raises(LimitError):
        client.start_orchestration("i", "Below", labels={str(each): "" for each in range(65)})


def test_instances_are_listed_by_a_filter_page_by_page(serve: Any, client: Any) -> None:
    serve(Below)
    for number in range(5):
        client.start_orchestration(f"i{number}", "Below", labels={"number": number})
    first = client.list_instances("number >= 1 order by id", limit=3)
    assert [each.instance_id for each in first.instances] == ["i1", "i2", "i3"]
    second = client.list_instances("number >= 1 order by id", limit=3, cursor=first.cursor)
    assert ([each.instance_id for each in second.instances], second.cursor) == (["i4"], "")
    assert found(client, "") == ["i4", "i3", "i2", "i1", "i0"]
    assert client.count_instances() == 5
    assert client.count_instances("number in (1, 2, 7)") == 2
    assert client.count_instances("number < 2", "orchestration") == {"Below": 2}
    assert client.count_instances("", by="none") == {None: 5}


def test_what_is_paused_is_found_by_its_state_and_its_problem(serve: Any, client: Any) -> None:
    serve(Below)
    for each in ("a", "b", "c"):
        client.start_orchestration(each, "Below")
    client.pause_instance("a", "inventory")
    eventually(lambda: found(client, "state = paused") == ["a"])
    assert found(client, "problem = paused or problem = mismatch") == ["a"]
    client.raise_event("c", "go")
    client.wait_for_orchestration("c", LIMIT * 1000)
    waits(client, "b")
    assert client.count_instances(by="state") == {"active": 1, "ended": 1, "paused": 1}
    assert client.count_instances(by="problem") == {None: 2, "paused": 1}


def test_a_filter_that_cannot_be_read_says_where(client: Any, provider: Any) -> None:
    with pytest.raises(FilterError, match="column 9: no instance has the state 'asleep'; there are") as caught:
        client.list_instances("state = asleep")
    assert caught.value.column == 9
    assert isinstance(caught.value, (ConfigurationError, ValueError))
    assert pickle.loads(pickle.dumps(caught.value)).column == 9
    assert copy.copy(caught.value).column == 9
    with pytest.raises(FilterError, match="^by cannot be read at column 1: nothing is counted by 'id'"):
        client.count_instances("", "id")
    with pytest.raises(ConfigurationError, match="would sort the whole store"):
        client.list_instances("order by updated")

    async def count() -> None:
        async with AsyncClient(provider) as through:
            await through.count_instances("id = ")

    with pytest.raises(FilterError, match="column 6"):
        asyncio.run(count())


@pytest.mark.parametrize(
    "beside",
    [{"statuses": []}, {"parent": "p"}, {"label": ("a", "b")}, {"roots_only": True}, {"order": "id"}, {"descending": False}],
)
def test_a_filter_says_all_by_itself(client: Any, beside: dict[str, Any]) -> None:
    (name,) = beside
    with pytest.raises(ValueError, match=f"{name} cannot be given beside filter"):
        client.list_instances("", **beside)
