"""Payloads: inputs, outputs, events and values are JSON text."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NoReturn

from duroxide._arguments import function


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


def _fast_encoder(encoder: json.JSONEncoder) -> Callable[[Any], str]:
    """What `encoder.encode` does, without making its parts anew for each value."""
    make: Any = getattr(json.encoder, "c_make_encoder", None)
    quote: Any = getattr(json.encoder, "c_encode_basestring", None)
    if make is None or quote is None:
        return encoder.encode
    # Without markers: what contains itself is nested without end, and found by that.
    chunks = make(None, encoder.default, quote, None, ": ", ", ", False, False, False)
    join = "".join
    # Many payloads are nothing but one of these. Their subclasses are not among them.
    scalars: dict[type, Callable[[Any], str]] = {str: quote, int: int.__repr__, type(None): lambda _: "null"}

    def encode(value: Any) -> str:
        write = scalars.get(type(value))
        return join(chunks(value, 0)) if write is None else write(value)

    return encode


class _Hooks:
    """The encoder and the decoder of this process. They are replaced together, so threads may go on using them."""

    def __init__(
        self,
        default: Callable[[Any], Any] | None = None,
        object_hook: Callable[[dict[str, Any]], Any] | None = None,
    ) -> None:
        convert = default if default is not None else _no_json
        self.encode = _fast_encoder(json.JSONEncoder(allow_nan=False, ensure_ascii=False, default=convert))
        self.encode_ascii = json.JSONEncoder(allow_nan=False, default=convert).encode
        decoder = json.JSONDecoder(object_hook=object_hook, parse_constant=_refuse_constant)
        self.decode = decoder.decode
        self.scan: Any = decoder.scan_once  # type: ignore[attr-defined]  # as JSONDecoder.raw_decode uses it


def _no_json(value: object) -> NoReturn:
    raise TypeError(
        f"a value of type {type(value).__qualname__} cannot be written as JSON: convert it to str, int, float, bool, "
        "None, list or dict, or give duroxide.set_json_hooks a function that does (default=)"
    )


_hooks = _Hooks()


def set_json_hooks(
    default: Callable[[Any], Any] | None = None,
    object_hook: Callable[[dict[str, Any]], Any] | None = None,
) -> None:
    """Says, for the whole process, how values that JSON does not know are written and read.

    `default` is called for each value that `json` cannot write (a dataclass, datetime, Decimal, set, bytes) and gives
    one that it can; it should raise TypeError for what it does not know. `object_hook` is called for each JSON object
    that is read, and gives what stands for it. Both as in `json`; None: none. Call it before a runtime is started,
    with the same hooks in every process that uses the store, and let them be deterministic.
    """
    global _hooks
    for name, hook in (("default", default), ("object_hook", object_hook)):
        if hook is not None:
            function(hook, name)
    _hooks = _Hooks(default, object_hook)


def dumps(value: Any) -> str:
    """The value as JSON text. Raises TypeError for a value that JSON cannot hold (see `set_json_hooks`), ValueError for
    NaN, infinity, and what contains itself or is nested too deeply."""
    hooks = _hooks
    try:
        text = hooks.encode(value)
        if not text.isascii() and not _is_unicode(text):
            text = hooks.encode_ascii(value)
    except RecursionError as error:
        raise ValueError("the value is nested too deeply for JSON") from error
    except ValueError as error:
        if "Out of range float" not in str(error):
            raise
        raise ValueError("NaN and infinity are not JSON values; use None or a str instead") from error
    return text


def _is_unicode(text: str) -> bool:
    # A lone surrogate cannot be written as UTF-8, but as an escape.
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def parse(text: str) -> Any:
    """The value of JSON text. Raises ValueError (json.JSONDecodeError) for any other text."""
    return _hooks.decode(text)


def loads(text: str) -> Any:
    """The value of JSON text; the text itself if it is not JSON, and None if it is empty. Never raises, unless the
    object hook does."""
    if not text:
        return None
    hooks = _hooks
    try:
        value, end = hooks.scan(text, 0)
        return value if end == len(text) else hooks.decode(text)
    except StopIteration:  # white space before it, or no JSON
        pass
    except (ValueError, RecursionError):
        return text
    try:
        return hooks.decode(text)
    except (ValueError, RecursionError):
        return text


def is_json(text: str) -> bool:
    try:
        json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return False
    return True


def as_json(text: str) -> str:
    """A payload as JSON text: itself if it is that already, else a JSON string."""
    return text if is_json(text) else dumps(text)


def dumps_typed(value: Any) -> str:
    """As `dumps`, but a str that is JSON text already stays as it is."""
    return value if isinstance(value, str) and is_json(value) else dumps(value)


def text_of(stored: str) -> str:
    """A value of the key-value store as text: a JSON string without its quotes, anything else as JSON text."""
    if stored.startswith('"'):
        value = loads(stored)
        if isinstance(value, str):
            return value
    return stored


def stored_value(value: Any) -> str:
    """What the key-value store holds for a typed value, such that `parse(text_of(it))` gives the value back."""
    written = dumps(value)
    return dumps(written) if written.startswith('"') else written
