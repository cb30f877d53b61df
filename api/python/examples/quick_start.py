import sys

import duroxide


@duroxide.activity
def greet(ctx: duroxide.ActivityContext, name: str) -> str:
    return f"Hello, {name}!"


@duroxide.orchestration
async def greet_workflow(ctx: duroxide.OrchestrationContext, name: str) -> str:
    return await ctx.schedule_activity(greet, name)


store = duroxide.open_store(sys.argv[1] if len(sys.argv) > 1 else "sqlite::memory:")
with duroxide.Runtime(store) as runtime:
    runtime.register(greet, greet_workflow)
    runtime.start()
    client = duroxide.Client(store)
    client.start_orchestration("greet-1", greet_workflow, "World")
    print(client.wait_for_orchestration_typed("greet-1"))
