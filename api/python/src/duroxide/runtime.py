"""The runtime: runs orchestrations and activities."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from typing import Any

from duroxide import _arguments as check
from duroxide import _native, _rows
from duroxide import logging as log
from duroxide._loop_thread import LoopThread
from duroxide.definitions import Orchestration, orchestration_name
from duroxide.options import RuntimeOptions, native_options, options_or_default
from duroxide.providers import Provider, store_of
from duroxide.registration import Registration
from duroxide.results import MetricsSnapshot


def _end(native: _native.Runtime, loop: LoopThread) -> None:
    def shut_down() -> None:
        native.shutdown(None)
        loop.stop()

    # Not here, since the garbage collector may come on any thread, in the middle of an orchestration.
    threading.Thread(target=shut_down, name="duroxide-shutdown", daemon=True).start()


class Runtime(Registration):
    """Runs orchestrations and activities on a store, until it is shut down. Register them, then `start` it. Several
    runtimes, of several processes, may share a store: they share its work.

    In a `with` it is shut down at the end of the block; the block starts it.
    """

    def __init__(self, provider: Provider, options: RuntimeOptions | None = None) -> None:
        """Raises TypeError, and ConfigurationError for options that cannot work together."""
        super().__init__()
        self._options = options_or_default(options)
        self._native = _native.Runtime(store_of(provider), native_options(self._options))
        self._loop: LoopThread | None = None
        self._running = False

    def __enter__(self) -> Runtime:
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()

    def _handlers(self) -> _native.Handlers:
        return self._native.handlers()

    def _add_async_activity(self, name: str, function: Callable[[Any, Any], Any]) -> None:
        loop = LoopThread() if self._loop is None else self._loop
        self._handlers().register_async_activity(name, loop.runner(function), loop.queue)
        if self._loop is None:
            self._loop = loop
            # A runtime that is dropped without a shutdown takes its event loop with it.
            weakref.finalize(self, _end, self._native, loop).atexit = False

    def set_version_policy(self, name: str | Orchestration[Any, Any], version: str | None) -> None:
        """Which version a start without one takes; None: the latest."""
        self._native.set_version_policy(orchestration_name(name), check.optional_text(version, "version"))

    def start(self) -> None:
        """Starts it, and returns at once. A runtime can be started once. Raises ConfigurationError if what was
        registered cannot work, StoreError if the store cannot do it now."""
        log.start(self._options)
        if self._loop is not None:
            self._loop.start()
        self._native.start()
        self._running = True

    def shutdown(self, timeout_ms: int | None = None) -> None:
        """Waits until what runs has ended, at most `timeout_ms` milliseconds, and stops; 0: at once. None: the option
        shutdown_timeout_ms (10 000). Returns as soon as nothing runs any more. What is interrupted goes on when a
        runtime is started on the store again. May be called again, and without a start."""
        limit = check.timeout(timeout_ms)
        self._running = False
        try:
            self._native.shutdown(limit)
        finally:
            if self._loop is not None:
                self._loop.stop()

    def metrics_snapshot(self) -> MetricsSnapshot | None:
        """What has been counted since the start; None before it, and after the shutdown."""
        return _rows.metrics_snapshot(self._native.metrics()) if self._running else None

    def prometheus(self) -> str:
        """The same, in the text format that Prometheus reads."""
        return self._native.prometheus()
