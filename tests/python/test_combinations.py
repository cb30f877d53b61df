"""all, race, gather, any, settle and with_timeout, nested in one another, with helpers as branches."""

from __future__ import annotations

from typing import Any

import pytest

from duroxide import parse_result


def test_all_gives_results_in_the_order_of_its_tasks(value: Any) -> None:
    def Fan(ctx, _):
        return (yield ctx.all([ctx.schedule_activity("double", i) for i in range(20)]))

    assert value(Fan) == [{"ok": 2 * i} for i in range(20)]


def test_all_of_nothing_is_an_empty_list(value: Any) -> None:
    def Nothing(ctx, _):
        return [(yield ctx.all([])), (yield ctx.all_typed([]))]

    assert value(Nothing) == [[], []]


def test_all_takes_any_iterable(value: Any) -> None:
    def Fan(ctx, _):
        return (yield ctx.all_typed(ctx.schedule_activity("echo", i) for i in "ab"))

    assert value(Fan) == ["a", "b"]


def test_a_failed_branch_of_all_is_its_text_beside_the_others(value: Any) -> None:
    def Fan(ctx, _):
        return (yield ctx.all([ctx.schedule_activity("echo", 1), ctx.schedule_activity("fail", "it broke")]))

    good, bad = value(Fan)
    assert good == {"ok": 1}
    assert list(bad) == ["err"]
    assert "it broke" in bad["err"]


def test_a_failed_branch_of_all_typed_stays_an_err(value: Any) -> None:
    def Fan(ctx, _):
        return (yield ctx.all_typed([ctx.schedule_activity("fail", "it broke"), ctx.schedule_activity("echo", 1)]))

    bad, good = value(Fan)
    assert "it broke" in bad["err"]
    assert good == 1


def test_all_mixes_every_kind_of_task(serve: Any, begin_waiting: Any, client: Any) -> None:
    def Child(ctx, number):
        return (yield ctx.schedule_activity("double", number))

    def Mixed(ctx, _):
        ctx.set_custom_status("asks")
        return (
            yield ctx.all(
                [
                    ctx.schedule_activity("echo", "a"),
                    ctx.schedule_timer(5),
                    ctx.wait_for_event("e"),
                    ctx.dequeue_event("q"),
                    ctx.schedule_sub_orchestration("Child", 4),
                ]
            )
        )

    serve(Mixed, Child)
    instance = begin_waiting("Mixed")
    client.raise_event(instance, "e", {"x": 1})
    client.enqueue_event(instance, "q", [2])
    assert client.wait_for_orchestration(instance).output == [
        {"ok": "a"},
        {"ok": None},
        {"ok": {"x": 1}},
        {"ok": [2]},
        {"ok": 8},
    ]


def test_the_first_of_two_wins_a_race(value: Any) -> None:
    def Race(ctx, _):
        return [
            (yield ctx.race(ctx.schedule_activity("echo", "fast"), ctx.schedule_timer(60_000))),
            (yield ctx.race(ctx.schedule_timer(60_000), ctx.schedule_activity("echo", "fast"))),
            (yield ctx.race(ctx.schedule_activity("until_cancelled"), ctx.schedule_timer(5))),
        ]

    assert value(Race) == [{"index": 0, "value": "fast"}, {"index": 1, "value": "fast"}, {"index": 1, "value": None}]


@pytest.mark.parametrize("count", [1, 2, 3, 10])
def test_a_race_has_any_number_of_branches(value: Any, count: int) -> None:
    def Race(ctx, n):
        slow = [ctx.schedule_timer(60_000 + i) for i in range(n - 1)]
        return (yield ctx.race(*slow, ctx.schedule_activity("echo", "won")))

    assert value(Race, count) == {"index": count - 1, "value": "won"}


def test_a_race_of_nothing_is_refused_at_its_yield(value: Any) -> None:
    def Race(ctx, _):
        try:
            yield ctx.race()
        except (TypeError, ValueError) as error:
            return str(error)

    assert value(Race) != ""


def test_a_failed_branch_wins_a_race_with_its_error_text(value: Any) -> None:
    def Race(ctx, _):
        won = yield ctx.race(ctx.schedule_activity("fail", "it broke"), ctx.schedule_timer(60_000))
        return [won["index"], won["value"], isinstance(won["value"], str)]

    index, text, is_text = value(Race)
    assert (index, is_text) == (0, True)
    assert "it broke" in text


def test_a_failed_branch_of_a_race_knows_its_failure(value: Any) -> None:
    def Race(ctx, _):
        won = yield ctx.race(ctx.schedule_activity("fail", "it broke"), ctx.schedule_timer(60_000))
        return [type(won["value"]).__name__, won["value"].failure.type, won["value"].failure.kind]

    assert value(Race) == ["FailureText", "ValueError", "activity_failed"]


def test_race_typed_gives_the_same_as_race(value: Any) -> None:
    def Race(ctx, _):
        return (yield ctx.race_typed(ctx.schedule_activity("echo", [1]), ctx.schedule_timer(60_000)))

    assert value(Race) == {"index": 0, "value": [1]}


def test_combinations_nest(value: Any) -> None:
    def Nested(ctx, _):
        return (
            yield ctx.all_typed(
                [
                    ctx.race(ctx.schedule_activity("echo", 1), ctx.schedule_timer(60_000)),
                    ctx.all_typed([ctx.schedule_activity("echo", 2), ctx.all_typed([ctx.schedule_timer(1)])]),
                    ctx.race(
                        ctx.schedule_timer(60_000), ctx.all([ctx.schedule_activity("echo", 3)]), ctx.wait_for_event("e")
                    ),
                ]
            )
        )

    assert value(Nested) == [{"index": 0, "value": 1}, [2, [None]], {"index": 1, "value": [{"ok": 3}]}]


def test_values_that_are_there_at_once_are_branches_too(value: Any) -> None:
    def AtOnce(ctx, _):
        guid, now = yield ctx.all_typed([ctx.new_guid(), ctx.utc_now()])
        won = yield ctx.race(ctx.wait_for_event("never"), ctx.utc_now())
        return [len(guid), now <= won["value"], won["index"]]

    assert value(AtOnce) == [36, True, 1]


def test_gather_gives_plain_values(value: Any) -> None:
    def Gather(ctx, _):
        a, b = yield ctx.gather(ctx.schedule_activity("echo", "a"), ctx.schedule_activity("double", 4))
        return [a, b]

    assert value(Gather) == ["a", 8]


def test_gather_raises_the_first_failure_in_order(value: Any) -> None:
    def Gather(ctx, _):
        try:
            yield ctx.gather(
                ctx.schedule_activity("echo", 1), ctx.schedule_activity("fail", "x"), ctx.schedule_activity("fail", "y")
            )
        except Exception as error:
            return [type(error).__name__, str(error)]

    name, text = value(Gather)
    assert name == "ActivityFailed"
    assert text.endswith("x")


def test_any_passes_over_failures(value: Any) -> None:
    def Any_(ctx, _):
        return (
            yield ctx.any(
                ctx.schedule_activity("fail", "first"), ctx.schedule_activity("echo", 7), ctx.schedule_timer(60_000)
            )
        )

    assert value(Any_) == {"index": 1, "value": 7}


def test_any_raises_if_none_succeeds(value: Any) -> None:
    def Any_(ctx, _):
        try:
            yield ctx.any(ctx.schedule_activity("fail", "a"), ctx.schedule_activity("fail", "b"))
        except Exception as error:
            return [type(error).__name__, str(error)[-1] in "ab"]

    assert value(Any_) == ["ActivityFailed", True]


def test_settle_never_raises(value: Any) -> None:
    def Settle(ctx, _):
        good = yield ctx.settle(ctx.schedule_activity("echo", 1))
        bad = yield ctx.settle(ctx.schedule_activity("fail", "it broke"))
        return [good, bad]

    good, bad = value(Settle)
    assert good == {"ok": 1}
    assert "it broke" in bad["err"]


def test_with_timeout_gives_the_value_in_time(value: Any) -> None:
    def InTime(ctx, _):
        return (yield ctx.with_timeout(ctx.schedule_activity("echo", 3), 60_000))

    assert value(InTime) == 3


def test_with_timeout_raises_a_timeout_error(value: Any) -> None:
    def Late(ctx, _):
        try:
            yield ctx.with_timeout(ctx.wait_for_event("never"), 10)
        except TimeoutError as error:
            return [type(error).__name__, error.kind]

    assert value(Late) == ["TimedOutError", "timed_out"]


def test_with_timeout_passes_a_failure_on(value: Any) -> None:
    def Fails(ctx, _):
        try:
            yield ctx.with_timeout(ctx.schedule_activity("fail", "it broke"), 60_000)
        except Exception as error:
            return type(error).__name__

    assert value(Fails) == "ActivityFailed"


def two_steps(ctx: Any, number: int) -> Any:
    once = yield ctx.schedule_activity("double", number)
    return (yield ctx.schedule_activity("double", once))


def test_yield_from_goes_through_a_helper(value: Any) -> None:
    def Helped(ctx, number):
        return (yield from two_steps(ctx, number))

    assert value(Helped, 3) == 12


def test_helper_generators_are_branches_that_run_side_by_side(value: Any) -> None:
    def Branches(ctx, _):
        return (yield ctx.all_typed([two_steps(ctx, 1), two_steps(ctx, 2), ctx.schedule_activity("echo", 3)]))

    assert value(Branches) == [4, 8, 3]


def test_a_helper_that_raises_is_a_failed_branch(value: Any) -> None:
    def broken(ctx):
        yield ctx.schedule_activity("echo", 1)
        raise LookupError("not there")

    def Branches(ctx, _):
        return (yield ctx.all([broken(ctx), two_steps(ctx, 1)]))

    bad, good = value(Branches)
    assert "not there" in bad["err"]
    assert good == {"ok": 4}


def test_a_helper_that_loses_a_race_is_closed(value: Any) -> None:
    seen = []

    def waits(ctx):
        try:
            yield ctx.wait_for_event("never")
        finally:
            seen.append("closed")

    def Race(ctx, _):
        won = yield ctx.race(waits(ctx), two_steps(ctx, 1))
        return won["value"]

    assert value(Race) == 4
    assert "closed" in seen


def test_a_helper_catches_failures_of_its_own_steps(value: Any) -> None:
    def careful(ctx):
        try:
            yield ctx.schedule_activity("fail", "it broke")
        except Exception:
            return "caught"

    def Branches(ctx, _):
        return (yield ctx.all_typed([careful(ctx), careful(ctx)]))

    assert value(Branches) == ["caught", "caught"]


def test_the_loser_of_a_race_leaves_no_message_behind(serve: Any, begin: Any, client: Any) -> None:
    def Race(ctx, _):
        yield ctx.race(ctx.dequeue_event("q"), ctx.schedule_timer(5))
        ctx.set_custom_status("raced")
        return (yield ctx.dequeue_event("q"))

    serve(Race)
    instance = begin("Race")
    client.wait_for_status_change(instance, 0)
    client.enqueue_event(instance, "q", "kept")
    assert client.wait_for_orchestration(instance).output == "kept"


def test_an_async_def_orchestration_awaits_all_of_these(value: Any) -> None:
    async def Awaits(ctx, number):
        async def helper(n):
            return (await ctx.schedule_activity("double", n)) + 1

        first = await helper(number)
        both = await ctx.all_typed([helper(1), ctx.schedule_activity("echo", "x")])
        won = await ctx.race(helper(2), ctx.schedule_timer(60_000))
        try:
            await ctx.schedule_activity("fail", "it broke")
        except Exception as error:
            return [first, both, won["value"], type(error).__name__]

    assert value(Awaits, 20) == [41, [3, "x"], 5, "ActivityFailed"]


def test_an_async_def_orchestration_that_awaits_something_foreign_is_told_so(run: Any) -> None:
    async def Foreign(ctx, _):
        import asyncio

        await asyncio.sleep(1)

    result = run(Foreign)
    assert result.status == "Failed"
    assert "asyncio" in result.error or "await" in result.error or "loop" in result.error


def test_parse_result_opens_ok_and_err() -> None:
    assert parse_result([{"ok": 1}, {"err": "no"}, 5]) == [1, {"err": "no"}, 5]
    assert parse_result({"ok": [1]}) == [1]
    assert parse_result({"other": 1}) == {"other": 1}
    assert parse_result(7) == 7
    with pytest.raises(Exception, match="no"):
        parse_result({"err": "no"})


def test_what_gather_raises_is_a_failure_of_a_branch(value: Any) -> None:
    def Mixed(ctx: Any, _: Any) -> Any:
        failing = lambda: ctx.gather(ctx.schedule_activity("echo", 1), ctx.schedule_activity("fail", "broken"))  # noqa: E731
        settled = yield ctx.settle(failing())
        marked = yield ctx.all([failing()])
        first = yield ctx.any(failing(), ctx.schedule_activity("echo", 2))
        return [settled, marked, first["value"]]

    text = "Activity 'fail' call failed: ValueError: broken"
    assert value(Mixed) == [{"err": text}, [{"err": text}], 2]
