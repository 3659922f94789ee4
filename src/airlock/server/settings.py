"""What a server is for, and the settings that follow from it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from airlock.server.files import write_whole


class Purpose(StrEnum):
    """What a server is for."""

    ENVIRONMENTS = "environments"
    """Durable: the databases of local environments."""
    SHADOW = "shadow"
    """Throw-away: databases in which SQL is tried."""


_FIRST_IO_METHOD = 18

_EVERY_SERVER = {
    "max_connections": "60",
    "shared_buffers": "32MB",
    # One transaction may create hundreds of tables with their indexes.
    "max_locks_per_transaction": "256",
    "max_logical_replication_workers": "0",
    "huge_pages": "off",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] %d ",
    "password_encryption": "scram-sha-256",
    "unix_socket_permissions": "0700",
}

_BY_PURPOSE = {
    Purpose.ENVIRONMENTS: {
        "listen_addresses": "127.0.0.1",
        "fsync": "on",
        "synchronous_commit": "off",
        # With less, CREATE PUBLICATION warns that it is not enough.
        "wal_level": "logical",
        "min_wal_size": "32MB",
        "max_wal_size": "256MB",
    },
    Purpose.SHADOW: {
        "listen_addresses": "",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "autovacuum": "off",
        "min_wal_size": "32MB",
        "max_wal_size": "128MB",
    },
}

# Who reaches the socket, in its private folder, is trusted.
_ACCESS = {
    Purpose.ENVIRONMENTS: (
        "local all all trust\n"
        "host all all 127.0.0.1/32 scram-sha-256\n"
    ),
    Purpose.SHADOW: "local all all trust\n",
}  # fmt: skip


def write_settings(
    folder: Path,
    purpose: Purpose,
    *,
    major: int,
    data: Path,
    sockets: Path,
    port: int,
    shims: Path | None,
) -> tuple[str, ...]:
    """Write a server's settings into `folder` and return the arguments that make it use them.

    They start from what initdb found out about the machine. `shims` is a folder of stand-ins, for
    versions that look for extensions in more than one place. Whoever runs the server must be able
    to read the files, and not to change them.
    """
    settings = _EVERY_SERVER | _BY_PURPOSE[purpose]
    settings |= {"unix_socket_directories": str(sockets), "port": str(port)}
    settings["hba_file"] = str(folder / "pg_hba.conf")
    if major >= _FIRST_IO_METHOD:
        # Without three worker processes that an idle server has no use for.
        settings["io_method"] = "sync"
    if shims is not None:
        from airlock.server.shims import control_path  # noqa: PLC0415 - for a start alone

        settings["extension_control_path"] = control_path(shims)
    lines = [f"include {_value(str(data / 'postgresql.conf'))}\n"]
    lines += [f"{name} = {_value(text)}\n" for name, text in settings.items()]
    write_whole(folder / "postgresql.conf", "".join(lines), mode=0o644)
    write_whole(folder / "pg_hba.conf", _ACCESS[purpose], mode=0o644)
    return ("-D", str(data), "-c", f"config_file={folder / 'postgresql.conf'}")


def _value(text: str) -> str:
    """Write a value as the settings file wants it (PostgreSQL manual, 19.1.2)."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
