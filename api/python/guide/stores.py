"""The program of stores.md."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from duroxide import Client, PostgresEntraOptions, PostgresProvider, Provider, SqliteProvider, StoreError, open_store


# [open]
def open_shop(url: str | None) -> Provider:
    if url is not None:
        return PostgresProvider.connect_with_schema(url, "shop")
    return SqliteProvider.in_memory()
# [end]


# [url]
def open_by_url() -> Provider:
    # "sqlite:FILE", "sqlite::memory:" or "postgresql://user@host/database?schema=NAME"
    return open_store(os.environ.get("STORE_URL", "sqlite::memory:"))
# [end]


# [sqlite]
def open_files(folder: Path) -> list[Provider]:
    return [
        SqliteProvider.open(folder / "orders" / "app.db"),  # the folder is created, too
        SqliteProvider.open(folder / "cache.db", survives_power_loss=False),
        SqliteProvider.open(folder / "orders" / "app.db", read_only=True),
    ]
# [end]


# [read-only]
def may_not_write(reader: Provider) -> bool:
    try:
        Client(reader).start_orchestration("order-1", "Order")
    except StoreError:
        return True
    return False
# [end]


# [entra]
def open_with_entra(host: str, user: str) -> Provider:
    options = PostgresEntraOptions(refresh_interval_ms=10 * 60 * 1000)
    return PostgresProvider.connect_with_schema_and_entra(host, 5432, "orders", user, "shop", options)
# [end]


# [password]
def read_password() -> str:
    with open("/run/secrets/database-password", encoding="utf-8") as file:
        return file.read().strip()


def open_with_password_file(url: str) -> Provider:
    return PostgresProvider.connect(url, password=read_password)
# [end]


def main() -> None:
    assert Client(open_shop(None)).list_all_instances() == []
    os.environ.pop("STORE_URL", None)
    assert isinstance(open_by_url(), SqliteProvider)
    with tempfile.TemporaryDirectory() as folder:
        writer, _, reader = open_files(Path(folder))
        Client(writer).start_orchestration("order-1", "Order")
        assert Client(reader).list_all_instances() == ["order-1"]
        assert may_not_write(reader)
    try:
        open_with_password_file("postgresql://nobody@127.0.0.1:1/none")
    except StoreError as error:
        assert "password" in str(error), error
    try:
        open_with_entra("host.invalid", "ada")
    except StoreError:
        pass


if __name__ == "__main__":
    main()
