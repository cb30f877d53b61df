"""Activities and orchestrations as objects that know their name and their types."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, overload

from duroxide import _arguments as check

if TYPE_CHECKING:
    from duroxide.context import ActivityContext, OrchestrationContext

I = TypeVar("I")  # noqa: E741  (input)
T = TypeVar("T")

DEFAULT_VERSION = "1.0.0"


class Activity(Generic[I, T]):
    """An activity that takes an I and gives a T. It can be called, as the function that it was made of."""

    def __init__(self, name: str, function: Callable[[ActivityContext, I], Any]) -> None:
        self.name = check.text(name, "name")
        self.function = check.function(function, "function")
        self.__doc__ = getattr(function, "__doc__", None)

    def __call__(self, context: ActivityContext, input: I) -> Any:
        return self.function(context, input)

    def __repr__(self) -> str:
        return f"<Activity {self.name!r}>"


class Orchestration(Generic[I, T]):
    """An orchestration that takes an I and gives a T. It can be called, as the function that it was made of."""

    def __init__(
        self, name: str, function: Callable[[OrchestrationContext, I], Any], version: str = DEFAULT_VERSION
    ) -> None:
        self.name = check.text(name, "name")
        self.function = check.function(function, "function")
        self.version = check.text(version, "version")
        self.__doc__ = getattr(function, "__doc__", None)

    def __call__(self, context: OrchestrationContext, input: I) -> Any:
        return self.function(context, input)

    def __repr__(self) -> str:
        return f"<Orchestration {self.name!r} {self.version}>"


class ActivityDecorator(Protocol):
    @overload
    def __call__(self, function: Callable[[ActivityContext, I], Coroutine[Any, Any, T]], /) -> Activity[I, T]: ...
    @overload
    def __call__(self, function: Callable[[ActivityContext, I], T], /) -> Activity[I, T]: ...


class OrchestrationDecorator(Protocol):
    @overload
    def __call__(
        self, function: Callable[[OrchestrationContext, I], Coroutine[Any, Any, T]], /
    ) -> Orchestration[I, T]: ...
    @overload
    def __call__(
        self, function: Callable[[OrchestrationContext, I], Generator[Any, Any, T]], /
    ) -> Orchestration[I, T]: ...


@overload
def activity(function: Callable[[ActivityContext, I], Coroutine[Any, Any, T]], /) -> Activity[I, T]: ...
@overload
def activity(function: Callable[[ActivityContext, I], T], /) -> Activity[I, T]: ...
@overload
def activity(*, name: str | None = None) -> ActivityDecorator: ...
def activity(function: Any = None, /, *, name: str | None = None) -> Any:
    """Makes an `Activity` of a function of a context and an input, `def` or `async def`. Its name is that of the
    function, unless another is given: `@activity` or `@activity(name="x")`."""
    check.optional_text(name, "name")

    def define(defined: Any) -> Activity[Any, Any]:
        return Activity(name or _own_name(defined), defined)

    return define if function is None else define(function)


@overload
def orchestration(
    function: Callable[[OrchestrationContext, I], Coroutine[Any, Any, T]], /
) -> Orchestration[I, T]: ...
@overload
def orchestration(
    function: Callable[[OrchestrationContext, I], Generator[Any, Any, T]], /
) -> Orchestration[I, T]: ...
@overload
def orchestration(*, name: str | None = None, version: str = DEFAULT_VERSION) -> OrchestrationDecorator: ...
def orchestration(function: Any = None, /, *, name: str | None = None, version: str = DEFAULT_VERSION) -> Any:
    """Makes an `Orchestration` of a function of a context and an input: a generator or an `async def`. Its name is that
    of the function, unless another is given: `@orchestration` or `@orchestration(name="x", version="1.0.0")`."""
    check.optional_text(name, "name")
    check.text(version, "version")

    def define(defined: Any) -> Orchestration[Any, Any]:
        return Orchestration(name or _own_name(defined), defined, version)

    return define if function is None else define(function)


def _own_name(function: Any) -> str:
    check.function(function, "function")
    name = getattr(function, "__name__", None)
    if not isinstance(name, str) or name == "<lambda>":
        raise ValueError("name must be given for something that has none of its own")
    return name


def activity_name(value: str | Activity[Any, Any], name: str = "name") -> str:
    return value.name if isinstance(value, Activity) else check.text(value, name)


def orchestration_name(value: str | Orchestration[Any, Any], name: str = "name") -> str:
    return value.name if isinstance(value, Orchestration) else check.text(value, name)
