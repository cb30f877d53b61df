"""The event loop on which the `async def` activities of a runtime run."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from duroxide._native import Completion, LoopQueue
from duroxide.payloads import dumps

_PATIENCE_S = 1.0


async def _outcome(function: Callable[[Any, Any], Any], context: Any, input: Any) -> str | BaseException:
    # An exception is given, not raised: SystemExit and the like would end the loop, and with it all other activities.
    try:
        return dumps(await function(context, input))
    except BaseException as error:
        return error


class LoopThread:
    """Its own daemon thread: a program that forgets to shut its runtime down can end."""

    def __init__(self) -> None:
        self.queue = LoopQueue()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="duroxide-asyncio", daemon=True)
        self._started = False

    def start(self) -> None:
        if not self._started:
            self._started = True
            self._thread.start()

    def stop(self) -> None:
        """Ends the loop, and cancels what still runs on it."""
        if not self._started:
            self._started = True  # it cannot be started any more
            self._loop.close()
        elif self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            # An activity may shut its own runtime down.
            if self._thread is not threading.current_thread():
                self._thread.join(2 * _PATIENCE_S)

    def runner(self, function: Callable[[Any, Any], Any]) -> Callable[[Any, Any, Completion], asyncio.Future[Any]]:
        def begin(context: Any, input: Any, completion: Completion) -> asyncio.Future[Any]:
            task = self._loop.create_task(_outcome(function, context, input))

            def report(done: asyncio.Task[str | BaseException]) -> None:
                # A task that is cancelled before its first step has no outcome.
                outcome = asyncio.CancelledError() if done.cancelled() else done.result()
                if isinstance(outcome, str):
                    completion.succeed(outcome)
                else:
                    completion.fail(outcome)

            task.add_done_callback(report)
            return task

        return begin

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.add_reader(self.queue.fileno(), self.queue.drain)
        try:
            self._loop.run_forever()
            left = asyncio.all_tasks(self._loop)
            for task in left:
                task.cancel()
            if left:
                self._loop.run_until_complete(asyncio.wait(left, timeout=_PATIENCE_S))
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        finally:
            self._loop.remove_reader(self.queue.fileno())
            self._loop.close()
