"""Stand-ins, in SQL alone, for the extensions that the hosted platform has and a server may lack.

Each is a `NAME.control` and a `NAME--VERSION.sql` under `extension/`, with the signatures of the
real one. What plain SQL can do is real; a migration's own calls (`cron.schedule`, `pgmq.create`,
`vault.create_secret`) succeed and keep their rows; all else raises an error that begins with
`airlock stub:`. A stand-in proves that DDL applies, not what happens when it is used.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airlock.server.connect import Session

STUB_COMMENT = "airlock stub:"
"""How the comment in a stand-in's control file begins, and nobody else's does."""

_HERE = Path(__file__).resolve().parent
_EXTENSION = "extension"


def _descriptions() -> dict[str, str]:
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


SHIMS: Mapping[str, str] = MappingProxyType(_descriptions())
"""Name of each stand-in, and what it does and does not do."""


def shims_dir() -> Path:
    """Return what goes into `extension_control_path`: Postgres itself appends `extension`."""
    return _HERE


def install_shims(share: Path) -> None:
    """Put the stand-ins into a private copy of a server's share directory (Postgres 14 to 17).

    An extension that is there for real stays; a stand-in from before is replaced. Nothing is
    written through a symbolic link, so the directory of the original is safe.
    """
    target = share / _EXTENSION
    for name in SHIMS:
        control = target / f"{name}.control"
        if control.exists() and not _comment(control).startswith(STUB_COMMENT):
            continue
        for source in (_HERE / _EXTENSION).glob(f"{name}--*.sql"):
            _put(source, target / source.name)
        # The control file comes last: it is what makes Postgres see the extension.
        _put(_HERE / _EXTENSION / control.name, control)


def _put(source: Path, target: Path) -> None:
    """Write a file under its name in one step."""
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    partial.write_bytes(source.read_bytes())
    partial.replace(target)


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


def is_stub(name: str, real: Collection[str]) -> bool:
    """Whether `CREATE EXTENSION name` installs a stand-in on a server that has `real` itself."""
    return name in SHIMS and name not in real


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
