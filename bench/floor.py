"""The least that a deployer written in Python does: `python -m bench.floor FOLDER URL`.

Per file: a transaction, a lock timeout, the file, a history row, a SHA-256.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import psycopg


def main(folder: str, url: str) -> None:
    """Apply the files that the history does not hold."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "create table if not exists public.history (version text primary key, hash text)"
        )
        applied = {row[0] for row in connection.execute("select version from public.history")}
        for path in sorted(Path(folder).glob("*.sql")):
            raw = path.read_bytes()
            digest = hashlib.sha256(raw).hexdigest()
            version = path.name.partition("_")[0]
            if version in applied:
                continue
            with connection.transaction():
                connection.execute("set local lock_timeout = '5s'")
                connection.execute(raw)
                connection.execute(
                    "insert into public.history (version, hash) values (%s, %s)",
                    (version, digest),
                )


if __name__ == "__main__":
    main(*sys.argv[1:])
