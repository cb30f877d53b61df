"""Tests of workflows: the real runtime in one thread, on a store in memory, under a clock that advances by itself. A
workflow that sleeps a month is tested in milliseconds."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TextIO

from duroxide import _arguments as check
from duroxide import _native
from duroxide.client import Client
from duroxide.definitions import Activity, activity_name
from duroxide.errors import ConfigurationError
from duroxide.options import RuntimeOptions, options_or_default
from duroxide.providers import Provider, store_of
from duroxide.registration import Registration, is_async

Register = Callable[[Registration], object]


class _Handlers(Registration):
    """The registering half of a runtime of which there is nothing else."""

    def __init__(self, native: _native.Handlers) -> None:
        super().__init__()
        self._native = native

    def _handlers(self) -> _native.Handlers:
        return self._native

    def _add_async_activity(self, name: str, function: Callable[[Any, Any], Any]) -> None:
        self._native.register_activity(name, _run_to_end(function))


def _run_to_end(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    async def run(context: Any, input: Any) -> Any:
        return await function(context, input)

    return lambda context, input: asyncio.run(run(context, input))


def _plain(given: Any) -> Callable[[Any, Any], Any]:
    function = given.function if isinstance(given, Activity) else check.function(given, "function")
    if is_async(function):
        function = _run_to_end(function)
    return function


def _native_register(register: Register) -> Callable[[_native.Handlers], None]:
    check.function(register, "register")

    def call(handlers: _native.Handlers) -> None:
        register(_Handlers(handlers))

    return call


def _milliseconds(moment: int | datetime | None) -> int | None:
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise ValueError("begin must have a time zone")
        return round(moment.timestamp() * 1000)
    return check.optional_whole(moment, "begin")


class _Process:
    """What each process of an environment registers. It does not know the environment: a cycle would never be freed."""

    def __init__(self, register: Register) -> None:
        self._register = _native_register(register)
        self.replaced: dict[str, Callable[[Any, Any], Any]] = {}
        self.began = False

    def begin(self, handlers: _native.Handlers) -> None:
        self.began = True
        self._register(handlers)
        for name, function in self.replaced.items():
            handlers.replace_activity(name, function)


class Environment:
    """A process with a runtime, its store, and time. Time stands still unless the test waits: in a client's methods
    that block, and in `advance`; then it advances as fast as there is something to do.

    `register` is called with an object that has the registering methods of a Runtime, once for each process that the
    environment starts. Options have other defaults than a Runtime's: verify_replay, and activities with any tag.
    `begin` is the time at the beginning, in milliseconds since the Unix epoch or as a datetime with a time zone; None:
    2026. `seed` chooses the order of steps that are concurrent: 0 is the order of arrival, each other seed another
    one, the same in every run. `crash`, a tuple (write, after), lets the process die before or after that durable
    write, counted from 1.

    Everything runs in the thread that made it, which must be the one that uses it, and there may be one at a time in a
    thread. An activity that blocks really blocks: replace it. An `async def` activity runs to its end at once.

    Use it in a `with`, or close it.
    """

    def __init__(
        self,
        register: Register,
        *,
        options: RuntimeOptions | None = None,
        begin: int | datetime | None = None,
        seed: int = 0,
        crash: tuple[int, bool] | None = None,
    ) -> None:
        if crash is not None:
            if not isinstance(crash, tuple) or len(crash) != 2:
                raise check.wrong_type("crash", "a tuple (write, after)", crash)
            crash = (check.whole(crash[0], "the write of crash", 1), check.truth(crash[1], "the after of crash"))
        self._process = _Process(register)
        self._native = _native.Environment(
            self._process.begin,
            options_or_default(options)._given(),
            _milliseconds(begin),
            check.whole(seed, "seed"),
            crash,
        )

    def __enter__(self) -> Environment:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def client(self) -> Client:
        """A client that outlives crashes. Its timeouts are in the time of this environment."""
        return Client._of(self._native.client())

    def store(self) -> Provider:
        """What the next process will find."""
        return Provider(self._native.store())

    def now(self) -> int:
        """The time, in milliseconds since the Unix epoch."""
        return self._native.now()

    def advance(self, length_ms: int | timedelta) -> None:
        """Lets everything run for this long."""
        self._native.advance(check.delay(length_ms, "length_ms"))

    def call_after(self, delay_ms: int | timedelta, call: Callable[[], object]) -> None:
        """Calls a function when this much time has passed, between two steps of the runtime."""
        check.function(call, "call")

        def run() -> None:
            call()

        self._native.call_after(check.delay(delay_ms), run)

    def replace_activity(self, name: str | Activity[Any, Any], function: Callable[[Any, Any], Any]) -> None:
        """Has this function, of a context and an input, run instead of the activity, whether that is registered or not.
        Raises ConfigurationError once the environment has been used."""
        if self._process.began:
            raise ConfigurationError("replace an activity before the environment is used for the first time")
        self._process.replaced[activity_name(name)] = _plain(function)

    def crash(self) -> None:
        """The process dies now, without warning, and the next one starts."""
        self._native.crash()

    def crashes(self) -> int:
        """How often a process has died."""
        return self._native.crashes()

    def writes(self) -> int:
        """The durable writes so far."""
        return self._native.writes()

    def last_write(self) -> str:
        """What the last durable write was, for people; empty: there was none."""
        return self._native.last_write()

    def crashed_write(self) -> str:
        """The write at which the process died because `crash` said so; empty: it did not."""
        return self._native.crashed_write()

    def close(self) -> None:
        """Ends the process. The environment cannot be used any more."""
        self._native.close()


# -- a crash everywhere -----------------------------------------------------------------


class NotCrashSafe(RuntimeError):
    """What `crash_everywhere` found: the write, the expected and the actual result, and how to run this case alone."""


@dataclass(frozen=True)
class CrashReport:
    writes: int  # of an undisturbed run
    crashes: int  # that were tried: before and after each of them


def crash_everywhere(register: Register, scenario: Callable[[Environment], Any], **options: Any) -> CrashReport:
    """Runs `scenario`, a function of an Environment, once undisturbed; then, in a new environment each, once for each
    durable write of that run with a crash before it, and once with a crash after it. What it returns must be the same
    each time. `options` are those of an Environment.

    An activity may run once more than without a crash: a scenario that counts runs must allow for that.

    Raises NotCrashSafe if the result is another one, or if the scenario raises; what it raises undisturbed is passed
    on. Raises ConfigurationError if it makes no durable write: then nothing was tried."""
    check.function(scenario, "scenario")
    if options.pop("crash", None) is not None:
        raise ValueError("crash must not be given: every crash is tried")
    with Environment(register, **options) as undisturbed:
        expected = scenario(undisturbed)
        writes = undisturbed.writes()
    if writes == 0:
        raise ConfigurationError(
            "the scenario makes no durable write, so no crash was tried: let it start an orchestration and wait for it"
        )
    for write in range(1, writes + 1):
        for after in (False, True):
            _run_with_crash(register, scenario, options, (write, after), writes, expected)
    return CrashReport(writes=writes, crashes=2 * writes)


def _run_with_crash(
    register: Register,
    scenario: Callable[[Environment], Any],
    options: dict[str, Any],
    crash: tuple[int, bool],
    writes: int,
    expected: Any,
) -> None:
    with Environment(register, crash=crash, **options) as disturbed:
        cause: Exception | None = None
        try:
            found = _difference(disturbed, scenario(disturbed), expected)
        except Exception as error:
            cause = error
            found = f"the scenario fails: {type(error).__qualname__}: {error} (undisturbed it gives {expected!r})"
        if not found:
            return
        write, after = crash
        what = disturbed.crashed_write()
        raise NotCrashSafe(
            f"with a crash {'after' if after else 'before'} write {write} of {writes}{', ' + what if what else ''}\n"
            f"{found}\nto run this alone: Environment(register, crash=({write}, {after}))"
        ) from cause


def _difference(disturbed: Environment, came: Any, expected: Any) -> str:
    if disturbed.crashes() == 0:
        return "it comes to its end without the crash: it does not do the same things each time"
    return "" if came == expected else f"it gives {came!r}, and undisturbed {expected!r}"


# -- recorded histories against the current code ------------------------------------------


@dataclass(frozen=True)
class ReplayVerdict:
    """The result for one instance."""

    instance: str
    orchestration: str
    version: str
    execution: int  # its current one, which was replayed
    events: int
    matches: bool
    why: str  # if it does not match: what the history has, what the code asked for, and where
    unregistered_activities: list[str]  # which it waits for; no mismatch, because other processes may run them


def replay_open_instances(provider: Provider, register: Register) -> list[ReplayVerdict]:
    """Replays every instance of a store that has not ended against the code that `register` registers, without writing
    to the store. Blocks. Raises StoreError if the store cannot be read."""
    found = _native.replay_open_instances(store_of(provider), _native_register(register))
    return [ReplayVerdict(**each) for each in found]


def replay_exported(file: str | os.PathLike[str], register: Register) -> list[ReplayVerdict]:
    """Replays every instance of an export (`Client.export_instances`), ended or not. Blocks. Raises ConfigurationError
    for a file that is not an export."""
    found = _native.replay_exported(check.path(file, "file"), _native_register(register))
    return [ReplayVerdict(**each) for each in found]


def gate(url: str, register: Register, report: TextIO | None = None) -> int:
    """A check before a deployment: replays every instance that has not ended in the store at `url`, which is not
    changed, and writes a line for each to `report`, standard output if it is None. Gives the exit code of a program: 0
    if all match, 1 if one does not, 2 if the store cannot be read. Blocks."""
    code, text = _native.gate(check.text(url, "url"), _native_register(register))
    (sys.stdout if report is None else report).write(text)
    return code
