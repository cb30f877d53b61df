"""Stores: where instances are kept."""

from __future__ import annotations

import importlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from duroxide import _arguments as check
from duroxide._native import Store
from duroxide.errors import DuroxideError, StoreError

_DEFAULT_AUDIENCE = "https://ossrdbms-aad.database.windows.net/.default"
_TOKEN_RESERVE_S = 300
_DEFAULT_REFRESH_MS = 20 * 60 * 1000


class Provider:
    """A store that is open. Clients and runtimes are made with it; several may share it."""

    _native: Store

    def __init__(self, native: Store) -> None:
        if not isinstance(native, Store):
            raise check.wrong_type("native", "a native store (see the static methods)", native)
        self._native = native


def store_of(provider: Any) -> Store:
    if not isinstance(provider, Provider):
        raise check.wrong_type("provider", "a SqliteProvider or a PostgresProvider", provider)
    return provider._native


@contextmanager
def _failures_begin_with(what: str) -> Iterator[None]:
    try:
        yield
    except DuroxideError as error:
        raise StoreError(replace(error.failure, message=f"{what}: {error}")) from error
    except OSError as error:
        raise StoreError(f"{what}: {error}") from error


class SqliteProvider(Provider):
    """A store in a file, or in memory."""

    @staticmethod
    def open(
        path: str | os.PathLike[str], *, survives_power_loss: bool = True, read_only: bool = False
    ) -> SqliteProvider:
        """Opens a file, which is created with its folders if it does not exist. `path` may begin with "sqlite:"; one
        with ":memory:" in it is a store in memory, of its own. Without `survives_power_loss` commits are faster, and
        the last ones may be lost if the machine, not just the process, stops. Blocks. Raises StoreError."""
        file = check.path(path, "path").removeprefix("sqlite:")
        check.text(file, "path")
        check.truth(survives_power_loss, "survives_power_loss")
        check.truth(read_only, "read_only")
        if ":memory:" in file:
            return SqliteProvider.in_memory()
        if not read_only:
            with _failures_begin_with("Failed to create DB file"):
                os.makedirs(os.path.dirname(os.path.abspath(file)), exist_ok=True)
        with _failures_begin_with("Failed to open SQLite"):
            return SqliteProvider(Store.sqlite(file, survives_power_loss, read_only))

    @staticmethod
    def in_memory() -> SqliteProvider:
        """A new store in memory, which ends with its last user. Raises StoreError."""
        with _failures_begin_with("Failed to create in-memory SQLite"):
            return SqliteProvider(Store.memory())


class PostgresEntraOptions:
    """How tokens of Microsoft Entra are got.

    `audience`: for whom; default: Azure Database for PostgreSQL. `refresh_interval_ms`: a token is used for at most
    this long, and less if it expires sooner; default 20 minutes. `max_connections` and `acquire_timeout_ms` are
    accepted for programs that were written for the original, and have no effect."""

    def __init__(
        self,
        *,
        audience: str | None = None,
        max_connections: int | None = None,
        acquire_timeout_ms: int | None = None,
        refresh_interval_ms: int | None = None,
    ) -> None:
        self.audience = check.optional_text(audience, "audience")
        self.max_connections = check.optional_whole(max_connections, "max_connections")
        self.acquire_timeout_ms = check.optional_whole(acquire_timeout_ms, "acquire_timeout_ms")
        self.refresh_interval_ms = check.optional_whole(refresh_interval_ms, "refresh_interval_ms")

    def __repr__(self) -> str:
        return f"PostgresEntraOptions(audience={self.audience!r}, refresh_interval_ms={self.refresh_interval_ms!r})"


class _EntraToken:
    """The password of a connection: a token, which several connections share until it is about to expire."""

    def __init__(self, options: PostgresEntraOptions) -> None:
        try:
            identity: Any = importlib.import_module("azure.identity")
        except ImportError as error:
            raise StoreError("the package azure-identity is needed: pip install azure-identity") from error
        self._credential = identity.DefaultAzureCredential()
        self._audience = options.audience or _DEFAULT_AUDIENCE
        refresh_ms = options.refresh_interval_ms
        self._longest_use = (_DEFAULT_REFRESH_MS if refresh_ms is None else refresh_ms) / 1000
        self._lock = threading.Lock()
        self._token = ""
        self._good_until = 0.0

    def __call__(self) -> str:
        with self._lock:
            now = time.time()
            if now >= self._good_until:
                got = self._credential.get_token(self._audience)
                self._token = got.token
                self._good_until = min(now + self._longest_use, got.expires_on - _TOKEN_RESERVE_S)
            return self._token


class PostgresProvider(Provider):
    """A store in a PostgreSQL database."""

    _type = "postgres"

    @staticmethod
    def connect(
        database_url: str,
        *,
        password: Callable[[], str] | None = None,
        suspect_after_ms: int | None = None,
        read_only: bool = False,
    ) -> PostgresProvider:
        """Connects to a database, as "postgresql://user@host/database", and creates the tables in the schema
        `duroxide` if they are not there. `password` is asked for each connection, on any thread. A process that the database did
        not hear of for `suspect_after_ms` counts as dead; None: the engine's default. Blocks. Raises StoreError."""
        return _connect(database_url, None, password, suspect_after_ms, read_only)

    @staticmethod
    def connect_with_schema(
        database_url: str,
        schema: str,
        *,
        password: Callable[[], str] | None = None,
        suspect_after_ms: int | None = None,
        read_only: bool = False,
    ) -> PostgresProvider:
        """As `connect`, in this schema, which is created if it is not there."""
        return _connect(database_url, check.text(schema, "schema"), password, suspect_after_ms, read_only)

    @staticmethod
    def connect_with_entra(
        host: str, port: int, database: str, user: str, options: PostgresEntraOptions | None = None
    ) -> PostgresProvider:
        """Connects with a token of Microsoft Entra instead of a password, by TLS with the server's certificate checked
        (sslmode=verify-full). Needs the package azure-identity. Blocks. Raises StoreError."""
        return _connect_with_entra(host, port, database, user, None, options)

    @staticmethod
    def connect_with_schema_and_entra(
        host: str, port: int, database: str, user: str, schema: str, options: PostgresEntraOptions | None = None
    ) -> PostgresProvider:
        """As `connect_with_entra`, in this schema."""
        return _connect_with_entra(host, port, database, user, check.text(schema, "schema"), options)


def _connect(
    database_url: str,
    schema: str | None,
    password: Callable[[], str] | None,
    suspect_after_ms: int | None,
    read_only: bool,
) -> PostgresProvider:
    check.text(database_url, "database_url")
    if password is not None:
        check.function(password, "password")
    check.optional_whole(suspect_after_ms, "suspect_after_ms", 1)
    check.truth(read_only, "read_only")
    with _failures_begin_with("Failed to connect to PostgreSQL"):
        return PostgresProvider(Store.postgres(database_url, schema, password, suspect_after_ms, read_only))


def _connect_with_entra(
    host: str, port: int, database: str, user: str, schema: str | None, options: PostgresEntraOptions | None
) -> PostgresProvider:
    check.text(host, "host")
    if check.whole(port, "port") > 65535:
        raise ValueError(f"port must be at most 65535, and is {port}")
    if options is None:
        options = PostgresEntraOptions()
    elif not isinstance(options, PostgresEntraOptions):
        raise check.wrong_type("options", "a PostgresEntraOptions", options)
    server = f"[{host}]" if ":" in host else quote(host, safe="")
    user_text = quote(check.text(user, "user"), safe="")
    database_text = quote(check.text(database, "database"), safe="")
    url = f"postgresql://{user_text}@{server}:{port}/{database_text}?sslmode=verify-full"
    with _failures_begin_with("Failed to connect to PostgreSQL with Entra auth"):
        token = _EntraToken(options)
        _try(token)
        return PostgresProvider(Store.postgres(url, schema, token))


def _try(token: Callable[[], str]) -> None:
    # A token that cannot be had is said here, and not as a connection that the server refused.
    try:
        token()
    except Exception as error:
        raise StoreError(f"no token: {error}") from error


def open_store(url: str) -> Provider:
    """Opens any store: "sqlite:FILE", "sqlite::memory:" or "postgresql://...[?schema=NAME]". Blocks. Raises StoreError,
    and ConfigurationError for another kind of URL."""
    store = Store.open(check.text(url, "url"))
    return PostgresProvider(store) if url.startswith("postgres") else SqliteProvider(store)
