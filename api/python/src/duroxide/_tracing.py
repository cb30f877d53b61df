"""Log lines from orchestrations and activities."""

from __future__ import annotations

from typing import Any, Protocol

from duroxide import _arguments as check

_DEBUG, _INFO, _WARN, _ERROR = range(4)


class _Traced(Protocol):
    def trace(self, level: int, text: str) -> None: ...


class Tracing:
    """Methods that log str(message), with what is known of the instance, for the logger "duroxide.orchestration" or
    "duroxide.activity". They do not block. In an orchestration they log when the turn is committed, and nothing in a
    replay."""

    _state: _Traced | None

    def trace_debug(self, message: Any) -> None:
        self._trace(_DEBUG, message)

    def trace_info(self, message: Any) -> None:
        self._trace(_INFO, message)

    def trace_warn(self, message: Any) -> None:
        self._trace(_WARN, message)

    def trace_error(self, message: Any) -> None:
        self._trace(_ERROR, message)

    def _trace(self, level: int, message: Any) -> None:
        if self._state is not None:
            self._state.trace(level, check.shown(message))
