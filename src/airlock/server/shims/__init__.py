"""Stand-ins, in SQL alone, for the extensions that the hosted platform has and a server may lack.

Each is a `NAME.control` and a `NAME--VERSION.sql` under `extension/`, with the signatures of the
real one. What plain SQL can do is real; a migration's own calls (`cron.schedule`, `pgmq.create`,
`vault.create_secret`) succeed and keep their rows; all else raises an error that begins with
`airlock stub:`. A stand-in proves that DDL applies, not what happens when it is used.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airlock.server.connect import Session

STUB_COMMENT = "airlock stub:"
"""How the comment in a stand-in's control file begins, and nobody else's does."""

PRELOADED = frozenset({"pg_cron", "pg_net", "pg_tle", "pgaudit", "pgsodium", "supabase_vault"})
"""Extensions whose stand-in serves even where the real one is at hand.

The real one has to be in `shared_preload_libraries`: without it CREATE EXTENSION fails (`_PG_init`
of pg_cron, pg_net, pg_tle and pgaudit), or every call for want of the server's secret key
(pgsodium, supabase_vault). With it, it would run jobs and send requests.
"""

_HERE = Path(__file__).resolve().parent
_EXTENSION = "extension"
_FIRST = "first"


@cache
def shims() -> Mapping[str, str]:
    """Return the name of each stand-in, and what it does and does not do."""
    return {
        control.stem: _comment(control).removeprefix(STUB_COMMENT).strip()
        for control in sorted((_HERE / _EXTENSION).glob("*.control"))
    }


def _comment(control: Path) -> str:
    """Return the comment of a control file, or nothing."""
    for line in control.read_text(encoding="utf-8", errors="replace").splitlines():
        key, equals, value = line.partition("=")
        if equals and key.strip() == "comment":
            return value.strip().strip("'")
    return ""


def shims_dir() -> Path:
    """Return the folder that holds the stand-ins in its sub-folder `extension`."""
    return _HERE


def copy_shims(target: Path) -> None:
    """Copy the stand-ins into a new folder, from which `control_path` serves them."""
    shutil.copytree(_HERE / _EXTENSION, target / _EXTENSION)
    first = target / _FIRST / _EXTENSION
    first.mkdir(parents=True)
    for name in PRELOADED:
        for source in _files(name):
            shutil.copy(source, first)


def control_path(shims: Path) -> str:
    """Return the `extension_control_path` of a server (from 18 on) for a folder of `copy_shims`.

    Where extensions of one name lie in several places, the first one serves. Postgres itself
    appends `extension` to each.
    """
    return f"{shims / _FIRST}:$system:{shims}"


def install_shims(share: Path) -> None:
    """Put the stand-ins into a private copy of a server's share directory (Postgres 14 to 17).

    An extension that is there for real stays, unless it is one of `PRELOADED`; a stand-in from
    before is replaced. Nothing is written through a symbolic link, so the directory of the
    original is safe.
    """
    target = share / _EXTENSION
    for name in shims():
        control = target / f"{name}.control"
        if control.exists() and not _comment(control).startswith(STUB_COMMENT):
            if name not in PRELOADED:
                continue
            # Its scripts would serve who asks for one of its versions.
            for real in (control, *target.glob(f"{name}--*")):
                real.unlink()
        # The control file comes last: it is what makes Postgres see the extension.
        for source in _files(name):
            _put(source, target / source.name)


def _files(name: str) -> tuple[Path, ...]:
    """Return the scripts of a stand-in, then its control file."""
    folder = _HERE / _EXTENSION
    return (*sorted(folder.glob(f"{name}--*.sql")), folder / f"{name}.control")


def _put(source: Path, target: Path) -> None:
    """Write a file under its name in one step."""
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    partial.write_bytes(source.read_bytes())
    partial.replace(target)


INDEX_METHOD_STUBS = frozenset({"vector", "pgroonga"})
"""Stand-ins that bring an index method."""

_INDEX_OPTIONS = re.compile(
    r"(\busing\s+(?:hnsw|ivfflat|pgroonga)\b[^;]*?\))\s*with\s*\([^()]*\)",
    re.IGNORECASE,
)


def without_index_options(text: str) -> str | None:
    """Return a CREATE INDEX without its `WITH (m = 16, …)`, or None where there is nothing to drop.

    The index methods of stand-ins know no options of their own, and SQL cannot teach them any:
    Postgres refuses such a statement with 22023, `unrecognized parameter`.
    """
    shorter, found = _INDEX_OPTIONS.subn(r"\1", text, count=1)
    return shorter if found else None


def installed_stubs(session: Session) -> tuple[str, ...]:
    """Return the names of the extensions of this database that are stand-ins, sorted.

    The comment is read from the control file: a migration can change the one in the catalog.
    """
    rows = session.fetch(
        """
        select e.extname
        from pg_catalog.pg_extension e
        join pg_catalog.pg_available_extensions a on a.name = e.extname
        where a.comment like %s
        order by e.extname
        """,
        (STUB_COMMENT + "%",),
    )
    return tuple(name for (name,) in rows)
