"""The log of the engine, and what orchestrations and activities log, as records of Python's `logging`.

The loggers are "duroxide", "duroxide.orchestration" and "duroxide.activity". A record has its fields (instance,
activity, ...) as a dict in the attribute `duroxide`. Records come from when the first runtime of the process
starts, one after another from one thread."""

from __future__ import annotations

import atexit
import json
import logging
import os
import sys
import threading
import time
import traceback
from typing import TYPE_CHECKING, Any

from duroxide import _arguments as check
from duroxide._native import LogQueue
from duroxide.options import LOG_LEVELS

if TYPE_CHECKING:
    from duroxide._native import LogRecord
    from duroxide.options import RuntimeOptions

_ENGINE = logging.getLogger("duroxide")
_USERS = (logging.getLogger("duroxide.orchestration"), logging.getLogger("duroxide.activity"))

_CAPACITY = 100_000
_LEVELS = (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR)
_LEVEL_WORDS = {
    "trace": logging.DEBUG,
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warn": logging.WARNING,
    "warning": logging.WARNING,
    "error": logging.ERROR,
    "off": logging.CRITICAL + 1,
}


# -- from the engine to `logging` -----------------------------------------------------


class _Pump:
    """The thread that takes records from the engine's queue."""

    def __init__(self) -> None:
        self.queue = LogQueue(_CAPACITY, _least_level())
        self.thread = threading.Thread(target=self._run, name="duroxide-log", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        while records := self.queue.pop():
            for record in records:
                _emit(record)
            dropped = self.queue.dropped()
            if dropped:
                _ENGINE.warning("duroxide: %d records of the log were dropped, because there were too many", dropped)

    def close(self) -> None:
        self.queue.close()
        # What a handler of the program waits for must not keep the process from ending.
        self.thread.join(2)


_lock = threading.Lock()
_pump: _Pump | None = None
_of_parents: list[_Pump] = []


def _emit(given: LogRecord) -> None:
    level, name, text, at, fields = given
    logger = logging.getLogger(name.replace("::", "."))
    number = _LEVELS[level]
    if not logger.isEnabledFor(number):
        return
    try:
        record = logger.makeRecord(logger.name, number, "", 0, text, (), None, extra={"duroxide": fields})
        record.created = at / 1000
        record.msecs = at % 1000
        logger.handle(record)
    except Exception:
        # A filter of the program's failed; the next record may do.
        traceback.print_exc()


def _least_level() -> int:
    """The lowest level that one of the loggers lets through, as the engine counts them."""
    least = min(logger.getEffectiveLevel() for logger in (_ENGINE, *_USERS))
    return sum(least > level for level in _LEVELS[:-1])


def apply_levels() -> None:
    """Tells the engine the levels of the loggers, after they have been changed: it does not even make records below the
    lowest of them. `Runtime.start` does it too."""
    with _lock:
        if _pump is not None:
            _pump.queue.set_least_level(_least_level())


def start(options: RuntimeOptions) -> None:
    """Called by a runtime that starts."""
    global _pump
    if options.log_level is not None or options.log_format is not None:
        _log_to_standard_output(options.log_level, options.log_format)
    with _lock:
        if _pump is None:
            _pump = _Pump()
            return
    apply_levels()


def _close() -> None:
    global _pump
    with _lock:
        pump, _pump = _pump, None
    if pump is not None:
        pump.close()


def _forget() -> None:
    # The thread is not there in the child of a fork, and the lock may be held by nobody.
    global _pump, _lock
    _lock = threading.Lock()
    if _pump is not None:
        _of_parents.append(_pump)  # it is not closed here
        _pump = None


atexit.register(_close)
os.register_at_fork(after_in_child=_forget)


# -- output ------------------------------------------------------------------------------


class _Formatter(logging.Formatter):
    """A line with the time in UTC, the level, the logger, the text and the fields."""

    converter = time.gmtime

    def when(self, record: logging.LogRecord) -> str:
        return f"{self.formatTime(record, '%Y-%m-%dT%H:%M:%S')}.{int(record.msecs):03d}Z"

    def fields(self, record: logging.LogRecord) -> dict[str, Any]:
        fields: dict[str, Any] = getattr(record, "duroxide", {})
        return fields

    def format(self, record: logging.LogRecord) -> str:
        fields = "".join(f" {name}={value}" for name, value in self.fields(record).items())
        return f"{self.when(record)} {record.levelname:>7} {record.name}: {record.getMessage()}{fields}"


class _PrettyFormatter(_Formatter):
    """The fields in a line of their own."""

    def format(self, record: logging.LogRecord) -> str:
        fields = ", ".join(f"{name}: {value}" for name, value in self.fields(record).items())
        line = f"{self.when(record)} {record.levelname:>7} {record.name}: {record.getMessage()}"
        return f"{line}\n    {fields}" if fields else line


class _JsonFormatter(_Formatter):
    """A JSON object in each line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "timestamp": self.when(record),
            "level": record.levelname,
            "target": record.name,
            "message": record.getMessage(),
            "fields": self.fields(record),
        }
        return json.dumps(line, default=str)


def _formatter(log_format: str | None) -> logging.Formatter:
    if log_format == "json":
        return _JsonFormatter()
    return _PrettyFormatter() if log_format == "pretty" else _Formatter()


def _set_levels(log_level: str | None) -> None:
    for logger in _USERS:
        logger.setLevel(_LEVEL_WORDS[(log_level or "info").lower()])


def _log_to_standard_output(log_level: str | None, log_format: str | None) -> None:
    _set_levels(log_level)
    # A program that has configured `logging` says itself where the log goes.
    if not _ENGINE.hasHandlers():
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(_formatter(log_format))
        _ENGINE.addHandler(handler)


def init_tracing(log_file: str, log_level: str | None = None, log_format: str | None = None) -> None:
    """Appends the log to a file, which is created if it does not exist: what orchestrations and activities log from
    `log_level` on (trace, debug, info, warn, error, off; default info), and the engine's warnings. `log_format` is
    "json", "pretty", or else compact. Call it before a runtime is started. With another file, it logs to that one too.
    Raises RuntimeError for a file that cannot be opened, or an unknown level."""
    path = check.path(log_file, "log_file")
    check.optional_text(log_format, "log_format")
    if log_level is not None and check.any_text(log_level, "log_level").lower() not in LOG_LEVELS:
        raise RuntimeError(f"Failed to init tracing: unknown log level {log_level!r}")
    try:
        handler = logging.FileHandler(path, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise RuntimeError(f"Failed to open log file '{path}': {error}") from error
    handler.setFormatter(_formatter(log_format))
    with _lock:
        for before in list(_ENGINE.handlers):
            if isinstance(before, logging.FileHandler) and before.baseFilename == handler.baseFilename:
                _ENGINE.removeHandler(before)
                before.close()
        _ENGINE.addHandler(handler)
    _set_levels(log_level)
    apply_levels()
