"""Registering functions under the names by which orchestrations and clients know them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, overload

from duroxide import _arguments as check
from duroxide.definitions import DEFAULT_VERSION, Activity, Orchestration

if TYPE_CHECKING:
    from duroxide import _native

F = TypeVar("F", bound=Callable[..., Any])


def is_async(function: Any) -> bool:
    """Whether calling it gives a coroutine; so do objects whose `__call__` is an `async def`."""
    if isinstance(function, (Activity, Orchestration)):
        function = function.function
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(getattr(function, "__call__", None))


class Registration:
    """The registering half of a runtime. Every method gives the function as it was given, so that it may stand as a
    decorator: `@runtime.register_activity("name")`.

    The same function may be registered again under its name; another one raises ConfigurationError. All that is to run
    is registered before the runtime is started.
    """

    def __init__(self) -> None:
        self._registered: dict[tuple[str, ...], Any] = {}

    def _handlers(self) -> _native.Handlers:
        raise NotImplementedError

    def _add_async_activity(self, name: str, function: Callable[[Any, Any], Any]) -> None:
        raise NotImplementedError

    def _add(self, key: tuple[str, ...], function: Any, register: Callable[[], None]) -> None:
        if key in self._registered and self._registered[key] == function:
            return
        register()
        self._registered[key] = function

    def _add_activity(self, name: str, given: Any) -> None:
        function = given.function if isinstance(given, Activity) else check.function(given)

        def register() -> None:
            if is_async(function):
                self._add_async_activity(name, function)
            else:
                self._handlers().register_activity(name, function)

        self._add(("activity", name), function, register)

    def _add_orchestration(self, name: str, version: str, given: Any) -> None:
        function = given.function if isinstance(given, Orchestration) else check.function(given)
        self._add(
            ("orchestration", name, version),
            function,
            lambda: self._handlers().register_orchestration(name, version, function),
        )

    @overload
    def register_activity(self, name: str, fn: None = None) -> Callable[[F], F]: ...
    @overload
    def register_activity(self, name: str, fn: F) -> F: ...
    def register_activity(self, name: str, fn: Any = None) -> Any:
        """Registers a function of an ActivityContext and an input. An `async def` runs on an event loop that the
        runtime has for such activities, all others on threads. What it gives is the result; an exception is the
        failure."""
        check.text(name, "name")

        def add(given: Any) -> Any:
            self._add_activity(name, given)
            return given

        return add if fn is None else add(fn)

    @overload
    def register_orchestration_versioned(self, name: str, version: str, fn: None = None) -> Callable[[F], F]: ...
    @overload
    def register_orchestration_versioned(self, name: str, version: str, fn: F) -> F: ...
    def register_orchestration_versioned(self, name: str, version: str, fn: Any = None) -> Any:
        """Registers a function of an OrchestrationContext and an input, which must be deterministic: a generator, which
        yields tasks; an `async def`, which awaits them; or a function that gives the result. A version is three numbers
        ("1.0.0"); a start without a version takes the latest."""
        check.text(name, "name")
        check.text(version, "version")

        def add(given: Any) -> Any:
            self._add_orchestration(name, version, given)
            return given

        return add if fn is None else add(fn)

    @overload
    def register_orchestration(self, name: str, fn: None = None) -> Callable[[F], F]: ...
    @overload
    def register_orchestration(self, name: str, fn: F) -> F: ...
    def register_orchestration(self, name: str, fn: Any = None) -> Any:
        """As `register_orchestration_versioned`, with the version 1.0.0."""
        return self.register_orchestration_versioned(name, DEFAULT_VERSION, fn)

    register_activity_typed = register_activity
    register_orchestration_typed = register_orchestration
    register_orchestration_versioned_typed = register_orchestration_versioned

    def register(self, *things: Activity[Any, Any] | Orchestration[Any, Any]) -> None:
        """Registers what `@activity` and `@orchestration` made, under its own name and version."""
        for thing in things:
            if isinstance(thing, Activity):
                self._add_activity(thing.name, thing)
            elif isinstance(thing, Orchestration):
                self._add_orchestration(thing.name, thing.version, thing)
            else:
                raise check.wrong_type("each of things", "an Activity or an Orchestration", thing)
