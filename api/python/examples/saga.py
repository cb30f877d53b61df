"""A saga: when a step fails, what was done before is undone, the last step first."""

from __future__ import annotations

import sys
from typing import Any, TypedDict

from duroxide import (
    ActivityContext,
    ActivityFailed,
    Client,
    FinalError,
    OrchestrationContext,
    Runtime,
    ScheduledTask,
    activity,
    open_store,
    orchestration,
)


class Trip(TypedDict):
    city: str
    price: int


@activity
def book_flight(ctx: ActivityContext, trip: Trip) -> str:
    return f"flight to {trip['city']}"


@activity
def book_hotel(ctx: ActivityContext, trip: Trip) -> str:
    return f"hotel in {trip['city']}"


@activity
def charge_card(ctx: ActivityContext, trip: Trip) -> str:
    if trip["price"] > 1000:
        raise FinalError("the card was declined")  # final: a retry policy does not try it again
    return f"paid {trip['price']}"


@activity
def give_up(ctx: ActivityContext, booking: str) -> str:
    return f"gave up {booking}"


@orchestration
async def book_trip(ctx: OrchestrationContext, trip: Trip) -> str:
    undo: list[ScheduledTask[Any]] = []  # tasks are descriptions: nothing happens before they are awaited
    try:
        flight = await ctx.schedule_activity(book_flight, trip)
        undo.append(ctx.schedule_activity(give_up, flight))
        hotel = await ctx.schedule_activity(book_hotel, trip)
        undo.append(ctx.schedule_activity(give_up, hotel))
        paid = await ctx.schedule_activity_with_retry(charge_card, trip, {"max_attempts": 3})
    except ActivityFailed as failed:
        undone = [await step for step in reversed(undo)]
        return f"{', '.join(undone)}, because {failed}"
    return f"{flight}, {hotel}, {paid}"


def main(store_url: str = "sqlite::memory:") -> None:
    store = open_store(store_url)
    with Runtime(store) as runtime:
        runtime.register(book_flight, book_hotel, charge_card, give_up, book_trip)
        runtime.start()

        client = Client(store)
        client.start_orchestration("cheap", book_trip, Trip(city="Lisbon", price=400))
        client.start_orchestration("dear", book_trip, Trip(city="Monaco", price=4000))
        print("cheap:", client.wait_for_orchestration_typed("cheap"))
        print("dear:", client.wait_for_orchestration_typed("dear"))


if __name__ == "__main__":
    main(*sys.argv[1:])
