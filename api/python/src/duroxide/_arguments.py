"""Checks of arguments: a wrong type is a TypeError, a bad value a ValueError, and both name the argument."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, Union

_MOST = 2**63 - 1


def wrong_type(name: str, wanted: str, value: object) -> TypeError:
    return TypeError(f"{name} must be {wanted}, not {type(value).__qualname__}")


def text(value: object, name: str) -> str:
    """A str that is not empty: an id or a name."""
    checked = value if isinstance(value, str) and value.isascii() else any_text(value, name)
    if not checked:
        raise ValueError(f"{name} must not be empty")
    return checked


def optional_text(value: object, name: str) -> str | None:
    return None if value is None else text(value, name)


def any_text(value: object, name: str) -> str:
    """A str, which may be empty, and which UTF-8 can hold."""
    if not isinstance(value, str):
        raise wrong_type(name, "a str", value)
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as mistake:
            raise ValueError(f"{name} holds half a character (a lone surrogate): {mistake}") from None
    return value


def path(value: object, name: str) -> str:
    """A path, as a str or a PathLike."""
    if not isinstance(value, (str, os.PathLike)):
        raise wrong_type(name, "a str or a path", value)
    return text(os.fspath(value), name)


def shown(value: object) -> str:
    """What str() makes of it, with escapes for what UTF-8 cannot hold."""
    return str(value).encode(errors="backslashreplace").decode()


def whole(value: object, name: str, least: int = 0) -> int:
    """An int that is at least `least`; a bool is no int."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong_type(name, "an int", value)
    return _in_range(value, name, least)


def _in_range(value: int, name: str, least: int = 0) -> int:
    if value < least:
        raise ValueError(f"{name} must be at least {least}, and is {value}")
    if value > _MOST:
        raise ValueError(f"{name} must be less than 2 ** 63, and is {value}")
    return value


def optional_whole(value: object, name: str, least: int = 0) -> int | None:
    return None if value is None else whole(value, name, least)


def timeout(value: object, name: str = "timeout_ms") -> int | None:
    """Milliseconds, or None for no limit."""
    return optional_whole(value, name)


def delay(value: object, name: str = "delay_ms") -> int:
    """Milliseconds, given as an int or a timedelta; parts of a millisecond are rounded up."""
    if isinstance(value, timedelta):
        value = -(-value // timedelta(milliseconds=1))
    elif isinstance(value, bool) or not isinstance(value, int):
        raise wrong_type(name, "an int (milliseconds) or a timedelta", value)
    return _in_range(value, name)


def truth(value: object, name: str) -> bool:
    if not isinstance(value, bool):
        raise wrong_type(name, "a bool", value)
    return value


def fraction(value: object, name: str) -> float:
    """A number from 0 to 1."""
    number = real(value, name)
    if not 0 <= number <= 1:
        raise ValueError(f"{name} must be from 0 to 1, and is {value}")
    return number


def real(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise wrong_type(name, "a number", value)
    return float(value)


def one_of(value: object, name: str, words: tuple[str, ...]) -> str:
    if not isinstance(value, str):
        raise wrong_type(name, "a str", value)
    if value not in words:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, words))}, and is {value!r}")
    return value


def function(value: object, name: str = "fn") -> Callable[..., Any]:
    if not callable(value):
        raise wrong_type(name, "callable", value)
    return value


def texts(value: object, name: str) -> list[str]:
    """Some texts, none of them empty; a single str is a mistake, not a list of its characters."""
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        raise wrong_type(name, "a list of str", value)
    return [text(each, f"each of {name}") for each in value]


# A label for the native module: a time is an int, in milliseconds since the Unix epoch, and a number a float.
NativeLabel = Union[str, float, bool, int]

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def label_value(value: object, name: str = "value") -> NativeLabel:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return any_text(value, name)
    if isinstance(value, (int, float)):
        return _number(value, name)
    if isinstance(value, datetime):
        return _time(value, name)
    raise wrong_type(name, "a str, a number, a bool or a datetime", value)


def _number(value: int | float, name: str) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"{name} must be a finite number that a float can hold, and is {value}")
    if number != value:
        raise ValueError(f"{name} must be a number that a float holds exactly, and is {value}; make it a str")
    return number


def _time(value: datetime, name: str) -> int:
    if value.tzinfo is None or value.utcoffset() is None:
        raise ValueError(f"{name} must be a datetime with a time zone, as datetime.now(timezone.utc)")
    try:
        return (value.astimezone(timezone.utc) - _EPOCH) // timedelta(milliseconds=1)
    except OverflowError:
        raise ValueError(f"{name} must be a datetime of the years 1 to 9999 in UTC") from None


def labels(value: object, name: str = "labels") -> dict[str, NativeLabel]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise wrong_type(name, "a dict with names of labels as its keys", value)
    return {text(key, f"a key of {name}"): label_value(each, f"a value of {name}") for key, each in value.items()}
