"""A conversation: messages go into a queue, answers come back in the custom status. The bot never ends; run the program
again on the same store, and it remembers."""

from __future__ import annotations

import json
import sys
from typing import TypedDict

from duroxide import ActivityContext, Client, OrchestrationContext, Runtime, activity, open_store, orchestration

MESSAGES = ["I am Ada", "Who am I?", "How often did I write?"]


class Memory(TypedDict):
    name: str | None
    count: int


class Question(TypedDict):
    message: str
    memory: Memory


@activity
def answer(ctx: ActivityContext, question: Question) -> str:
    """Stands for a call of a language model."""
    message, memory = question["message"], question["memory"]
    if message.startswith("I am "):
        return f"{'Welcome back' if memory['name'] else 'Nice to meet you'}, {message[5:]}."
    if message == "Who am I?":
        return f"You are {memory['name']}."
    return f"{memory['count']} times."


@orchestration
async def chat_bot(ctx: OrchestrationContext, memory: Memory) -> None:
    message: str = await ctx.dequeue_event("messages")
    memory["count"] += 1
    reply = await ctx.schedule_activity(answer, Question(message=message, memory=memory))
    if message.startswith("I am "):
        memory["name"] = message[5:]
    ctx.set_custom_status(json.dumps({"count": memory["count"], "reply": reply}))
    # The next execution has an empty history. Messages that nobody has dequeued yet stay in the queue.
    await ctx.continue_as_new(memory)


def main(store_url: str = "sqlite::memory:") -> None:
    store = open_store(store_url)
    with Runtime(store) as runtime:
        runtime.register(answer, chat_bot)
        runtime.start()

        client = Client(store)
        client.start_orchestration("chat-1", chat_bot, Memory(name=None, count=0))
        seen = client.get_status("chat-1").custom_status_version
        for message in MESSAGES:
            client.enqueue_event("chat-1", "messages", message)
            status = client.wait_for_status_change("chat-1", seen)  # no polling: the answer is pushed
            seen = status.custom_status_version
            print("Ada:", message)
            print("Bot:", json.loads(status.custom_status or "{}")["reply"])


if __name__ == "__main__":
    main(*sys.argv[1:])
