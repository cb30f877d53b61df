"""The program of finding.md."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from duroxide import Client, FilterError, LabelValue, OrchestrationContext, Runtime, SqliteProvider, orchestration


@orchestration(name="Parcel")
async def run_parcel(ctx: OrchestrationContext, item: str) -> str:
    sent: str = await ctx.wait_for_event("sent")
    return sent


# [setting]
@orchestration(name="Order")
async def run_order(ctx: OrchestrationContext, amount: float) -> str:
    ctx.set_label("amount", amount)
    ctx.set_label("stage", "open")
    now = datetime.fromtimestamp(await ctx.utc_now() / 1000, timezone.utc)
    ctx.set_label("due", now + timedelta(hours=48))
    payer: str = await ctx.wait_for_event("paid")
    ctx.set_label("stage", f"paid by {payer}")
    ctx.clear_label("due")
    return await ctx.schedule_sub_orchestration(run_parcel, "tea").inherit_labels()
# [end]


# [start]
def start_order(client: Client, instance: str, amount: float) -> None:
    labels: dict[str, LabelValue] = {"customer": "Ada", "express": amount > 100}
    client.start_orchestration(instance, run_order, amount, labels=labels)
# [end]


# [outside]
def hold(client: Client, instance: str) -> None:
    client.set_label(instance, "stage", "held")  # as soon as the orchestration gets it
# [end]


# [list]
def large_orders(client: Client) -> list[str]:
    ids: list[str] = []
    cursor = ""
    while True:
        page = client.list_instances("orchestration = Order and amount > 100 and created > -2d", cursor=cursor)
        ids += [each.instance_id for each in page.instances]
        cursor = page.cursor
        if not cursor:  # that was all
            return ids
# [end]


# [states]
def let_orders_go_on(client: Client) -> None:
    for each in client.list_instances("orchestration = Order and problem = paused").instances:
        client.resume_instance(each.instance_id)
# [end]


# [count]
def summary(client: Client) -> str:
    orders = client.count_instances("orchestration = Order")
    states = client.count_instances("orchestration = Order", by="state")  # the largest first
    return f"{orders} orders: {states}"
# [end]


# [error]
def place_of_mistake(client: Client, asked: str) -> str:
    try:
        client.list_instances(asked)
    except FilterError as mistake:
        return f"{asked}\n{' ' * (mistake.column - 1)}^ {mistake}"
    return ""
# [end]


def wait_until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def main() -> None:
    store = SqliteProvider.in_memory()
    client = Client(store)
    with Runtime(store) as runtime:
        runtime.register(run_order, run_parcel)
        runtime.start()
        start_order(client, "small", 5)
        start_order(client, "large", 500)
        wait_until(lambda: client.count_instances("stage = open and due < +3d") == 2)
        assert large_orders(client) == ["large"]
        assert client.get_status("large").labels["express"] is True
        client.pause_instance("large", "inventory")
        wait_until(lambda: client.count_instances("state = paused") == 1)
        assert summary(client) == "2 orders: {'active': 1, 'paused': 1}"
        let_orders_go_on(client)
        wait_until(lambda: client.count_instances("state = paused") == 0)
        hold(client, "small")
        wait_until(lambda: client.count_instances("stage = held") == 1)
        client.raise_event("small", "paid", "card")
        wait_until(lambda: client.count_instances("stage = 'paid by card' and orchestration = Parcel") == 1)
        shown = place_of_mistake(client, "status = faild")
        assert shown.startswith("status = faild\n         ^ "), shown


if __name__ == "__main__":
    main()
