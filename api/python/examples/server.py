"""Orders by HTTP, with aiohttp (the package python3-aiohttp).

    python3 server.py [STORE_URL] [--port N]       until Ctrl-C or SIGTERM; port 0: any that is free

    curl -d '{"id": "A-1", "item": "lamp"}' http://127.0.0.1:8080/orders     begins an order
    curl http://127.0.0.1:8080/orders/A-1                                    how far it is
    curl -X POST http://127.0.0.1:8080/orders/A-1/approve                    approves it

Stop it and start it again on the same store: open orders go on.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
from collections.abc import AsyncIterator

from aiohttp import web

from duroxide import (
    ActivityContext,
    AsyncClient,
    OrchestrationContext,
    Provider,
    Runtime,
    activity,
    open_store,
    orchestration,
)

WAITING = "waiting for approval"

# -- the workflow ---------------------------------------------------------------------------


@activity
async def ship(ctx: ActivityContext, item: str) -> str:
    return f"{item} shipped"


@orchestration
async def handle_order(ctx: OrchestrationContext, item: str) -> str:
    ctx.set_custom_status(WAITING)
    await ctx.wait_for_event("approved")
    ctx.set_custom_status("approved")
    return await ctx.schedule_activity(ship, item)


# -- the server -----------------------------------------------------------------------------

routes = web.RouteTableDef()


def client_of(request: web.Request) -> AsyncClient:
    client: AsyncClient = request.app["client"]
    return client


@routes.post("/orders")
async def begin(request: web.Request) -> web.Response:
    try:
        order = await request.json()
        order_id, item = str(order["id"]), str(order["item"])
        # The order's number is the instance's id: a request that is sent twice begins one order.
        begun = await client_of(request).start_orchestration(order_id, handle_order, item)
    except (ValueError, KeyError, TypeError):
        raise web.HTTPBadRequest(text='expected {"id": ..., "item": ...}\n') from None
    return web.json_response({"id": order_id}, status=201 if begun else 200)


@routes.get("/orders/{id}")
async def show(request: web.Request) -> web.Response:
    found = await client_of(request).get_status(request.match_info["id"])
    if found.status == "NotFound":
        raise web.HTTPNotFound(text="no such order\n")
    return web.json_response(
        {"status": found.status, "step": found.custom_status, "output": found.output, "error": found.error}
    )


@routes.post("/orders/{id}/approve")
async def approve(request: web.Request) -> web.Response:
    order_id = request.match_info["id"]
    client = client_of(request)
    found = await client.get_status(order_id)
    if found.status == "NotFound":
        raise web.HTTPNotFound(text="no such order\n")
    if found.status != "Running" or found.custom_status != WAITING:
        raise web.HTTPConflict(text="this order does not wait for approval\n")
    await client.raise_event(order_id, "approved")
    return web.json_response({"id": order_id}, status=202)


def application(store: Provider) -> web.Application:
    async def with_runtime(app: web.Application) -> AsyncIterator[None]:
        runtime = Runtime(store)
        runtime.register(ship, handle_order)
        runtime.start()
        async with AsyncClient(store) as client:
            app["client"] = client
            yield
        await asyncio.to_thread(runtime.shutdown)  # it blocks

    app = web.Application()
    app.cleanup_ctx.append(with_runtime)
    app.add_routes(routes)
    return app


def main() -> None:
    parser = argparse.ArgumentParser(description="Orders by HTTP.")
    parser.add_argument("store_url", nargs="?", default="sqlite::memory:")
    parser.add_argument("--port", type=int, default=8080)
    given = parser.parse_args()
    listening = socket.create_server(("127.0.0.1", given.port))
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    web.run_app(application(open_store(given.store_url)), sock=listening, print=lambda *_: None)


if __name__ == "__main__":
    main()
