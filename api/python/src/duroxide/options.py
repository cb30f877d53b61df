"""How a runtime behaves."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from duroxide import _arguments as check

MAX_WORKER_TAGS = 5
MAX_TAG_NAME_BYTES = 256

_DEFAULT_WORKERS = 8


class TagFilter:
    """Which activities the workers of a runtime accept, for `RuntimeOptions(worker_tag_filter=...)`."""

    DEFAULT_ONLY = "default_only"  # activities without a tag
    ANY = "any"
    NONE = "none"

    @staticmethod
    def tags(tags: Iterable[str]) -> str:
        """Activities with one of these tags, and no others: 1 to 5 tags of 1 to 256 bytes."""
        return json.dumps({"tags": list(tags)})

    @staticmethod
    def default_and(tags: Iterable[str]) -> str:
        """Activities without a tag, or with one of these: 1 to 5 tags of 1 to 256 bytes."""
        return json.dumps({"default_and": list(tags)})


def parse_tag_filter(text: Any) -> tuple[bool, bool, list[str]]:
    """Whether untagged activities are accepted, whether all tags are, and which tags."""
    words = {"default_only": (True, False), "any": (True, True), "none": (False, False)}
    if not isinstance(text, str):
        raise check.wrong_type("worker_tag_filter", "a str (see TagFilter)", text)
    if text in words:
        return (*words[text], [])
    try:
        parsed = json.loads(text)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict) or len(parsed) != 1 or not parsed.keys() <= {"tags", "default_and"}:
        raise ValueError(f"worker_tag_filter is none of those that TagFilter gives: {text!r}")
    ((kind, tags),) = parsed.items()
    return kind == "default_and", False, _legal_tags(tags)


def _legal_tags(tags: Any) -> list[str]:
    if not isinstance(tags, list) or not all(isinstance(each, str) for each in tags):
        raise ValueError("worker_tag_filter must have a list of tags, each a str")
    if not 1 <= len(tags) <= MAX_WORKER_TAGS:
        raise ValueError(f"worker_tag_filter must have 1 to {MAX_WORKER_TAGS} tags, and has {len(tags)}")
    for tag in tags:
        if not 1 <= len(tag.encode(errors="surrogatepass")) <= MAX_TAG_NAME_BYTES:
            raise ValueError(f"each tag of worker_tag_filter must have 1 to {MAX_TAG_NAME_BYTES} bytes")
    return tags


MISMATCH_POLICIES = ("fail", "stall")
LOG_LEVELS = ("trace", "debug", "info", "warn", "warning", "error", "off")

# Names, and the least value of each.
_NUMBERS = {
    "orchestration_concurrency": 0,
    "worker_concurrency": 0,
    "dispatcher_poll_interval_ms": 0,
    "worker_lock_timeout_ms": 0,
    "max_sessions_per_runtime": 0,
    "session_idle_timeout_ms": 0,
    "shutdown_timeout_ms": 0,
    "async_activity_limit": 1,
    "resident_limit": 0,
    "payload_limit": 1,
    "max_depth": 0,
    "long_turn_ms": 0,
    "passivate_after_ms": 0,
    "activity_cancellation_grace_period_ms": 0,
    "heartbeat_interval_ms": 0,
    "delete_instances_after_ms": 0,
    "delete_executions_after_ms": 0,
    "max_crashes": 1,
    "max_failed_attempts": 1,
}
_WITHOUT_EFFECT = ("dispatcher_poll_interval_ms", "worker_lock_timeout_ms")
_TEXTS = ("log_format", "log_level", "service_name", "service_version", "worker_node_id", "build_id")


@dataclass(frozen=True)
class RuntimeOptions:
    """Options of a runtime; None means the default. Raises TypeError and ValueError for values that cannot be.

    These are accepted for programs that were written for the original, and have no effect: dispatcher_poll_interval_ms
    and worker_lock_timeout_ms (nothing is polled, and nothing is locked for a time), service_name and service_version.
    """

    # Turns that run at the same time; default: one for each core. 0: it runs no orchestrations.
    orchestration_concurrency: int | None = None
    # Threads that run activities; default 8. 0: it runs no activities.
    worker_concurrency: int | None = None
    dispatcher_poll_interval_ms: int | None = None
    worker_lock_timeout_ms: int | None = None
    # Log to standard output, unless the program has configured `logging`: "json", "pretty", else compact.
    log_format: str | None = None
    # The level of what orchestrations and activities log: trace, debug, info, warn, error or off.
    log_level: str | None = None
    service_name: str | None = None
    service_version: str | None = None
    # Distinct sessions that this process holds at the same time; default 10.
    max_sessions_per_runtime: int | None = None
    # A session that was not used for this long may be taken by another process; default 300 000.
    session_idle_timeout_ms: int | None = None
    # A name for this process that survives restarts: its sessions come back to it.
    worker_node_id: str | None = None
    # Which activities its workers accept; default: those without a tag. See TagFilter.
    worker_tag_filter: str | None = None

    # How long `shutdown` waits for running work; default 10 000.
    shutdown_timeout_ms: int | None = field(default=None, kw_only=True)
    # `async def` activities that run at the same time; default 10 000.
    async_activity_limit: int | None = field(default=None, kw_only=True)
    # Instances in memory; the least recently used ones above it are dropped, and rebuilt when needed; default 100 000.
    resident_limit: int | None = field(default=None, kw_only=True)
    # Bytes of an input, an output or an event; default 2 MiB.
    payload_limit: int | None = field(default=None, kw_only=True)
    # Levels of sub-orchestrations; default 10 000.
    max_depth: int | None = field(default=None, kw_only=True)
    # A turn that takes longer is named in the log; default 1000.
    long_turn_ms: int | None = field(default=None, kw_only=True)
    # Replays the whole history after each turn, and so finds code that is not deterministic; for tests. Default False.
    verify_replay: bool | None = field(default=None, kw_only=True)
    # An instance that got no message for this long is dropped from memory; default 30 000.
    passivate_after_ms: int | None = field(default=None, kw_only=True)
    # How long a cancelled activity may still run before its thread is given up; default 10 000.
    activity_cancellation_grace_period_ms: int | None = field(default=None, kw_only=True)
    # Of one activity, at most one heartbeat in this time is written; default 1000.
    heartbeat_interval_ms: int | None = field(default=None, kw_only=True)
    # Instances that ended longer ago are deleted; default: they are kept.
    delete_instances_after_ms: int | None = field(default=None, kw_only=True)
    # Executions that ended longer ago are deleted, never an instance's current one; default: they are kept.
    delete_executions_after_ms: int | None = field(default=None, kw_only=True)
    # Processes that died while they ran one activity or instance before it fails as poison; default 10.
    max_crashes: int | None = field(default=None, kw_only=True)
    # What becomes of an orchestration whose code does not match its history: "fail" (the default, as in Duroxide), or
    # "stall": it keeps its state and its messages, is tried again now and then, and goes on with code that matches.
    on_mismatch: str | None = field(default=None, kw_only=True)
    # Failed attempts to load an instance, or to find a handler, before it fails as poison; default 10, and with
    # on_mismatch="stall" no limit.
    max_failed_attempts: int | None = field(default=None, kw_only=True)
    # Written with every turn, and named when a history does not match the code.
    build_id: str | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        for name, least in _NUMBERS.items():
            check.optional_whole(getattr(self, name), name, least)
        for name in _TEXTS:
            check.optional_text(getattr(self, name), name)
        if self.log_level is not None:
            check.one_of(self.log_level.lower(), "log_level", LOG_LEVELS)
        if self.on_mismatch is not None:
            check.one_of(self.on_mismatch, "on_mismatch", MISMATCH_POLICIES)
        if self.verify_replay is not None:
            check.truth(self.verify_replay, "verify_replay")
        if self.worker_tag_filter is not None:
            parse_tag_filter(self.worker_tag_filter)

    def _given(self) -> dict[str, object]:
        """What was given, as the native module takes it."""
        given: dict[str, object] = {}
        for name in (*(each for each in _NUMBERS if each not in _WITHOUT_EFFECT), "verify_replay", "on_mismatch", "build_id"):
            given[name] = getattr(self, name)
        given["worker_node_id"] = self.worker_node_id
        if self.worker_tag_filter is not None:
            given["worker_tag_filter"] = parse_tag_filter(self.worker_tag_filter)
        return {name: value for name, value in given.items() if value is not None}


def options_or_default(options: RuntimeOptions | None) -> RuntimeOptions:
    if options is None:
        return RuntimeOptions()
    if not isinstance(options, RuntimeOptions):
        raise check.wrong_type("options", "a RuntimeOptions", options)
    return options


def native_options(options: RuntimeOptions) -> dict[str, object]:
    """For a runtime, whose defaults are those of Duroxide where the engine's are others."""
    defaults: dict[str, object] = {"worker_concurrency": _DEFAULT_WORKERS, "on_mismatch": "fail"}
    if options.on_mismatch != "stall":
        defaults["max_failed_attempts"] = 10
    return {**defaults, **options._given()}
