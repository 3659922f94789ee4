"""Migrations on disk, the record of those applied, and the state that follows from both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path


class Layout(StrEnum):
    """How a project keeps its migrations."""

    SUPABASE = "supabase"
    """`supabase/migrations/<digits>_<name>.sql`, ordered by version as text."""
    PLAIN = "plain"
    """`NNN_name.sql`, `NNN_name.up.sql` with `.down.sql`, or `NNN_name/up.sql`, by number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One forward SQL file. `raw` is the file, byte for byte; `path` is relative to the root."""

    version: str
    name: str
    path: str
    raw: bytes
    sha256: str
    """Hex digest of `raw`."""
    rollback: str | None = None
    """Path of the file that undoes it, relative to the root, where there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """A file of rows for development. `path` is as the Supabase CLI records it."""

    path: str
    raw: bytes
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A file in the migrations folder that is not a migration, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What stands on disk, in the order in which it is applied.

    `migrations` may hold a version twice: `status` shows it, everything that runs refuses it.
    """

    root: Path
    layout: Layout
    folder: str
    """The migrations folder, relative to the root."""
    migrations: tuple[Migration, ...]
    skipped: tuple[Skipped, ...]
    seeds: tuple[Seed, ...]

    @property
    def duplicates(self) -> tuple[tuple[Migration, ...], ...]:
        """Migrations that share a version, grouped."""
        by_version: dict[str, list[Migration]] = {}
        for migration in self.migrations:
            by_version.setdefault(migration.version, []).append(migration)
        return tuple(tuple(group) for group in by_version.values() if len(group) > 1)


class How(StrEnum):
    """How a file ran."""

    TRANSACTION = "transaction"
    """All in one transaction."""
    SEGMENTS = "segments"
    """In several transactions, since a statement runs alone or needs a commit before the next."""
    AS_WRITTEN = "as written"
    """Statement by statement, since the file controls its transactions itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A row of the history. Fields from `sha256` on are None where another tool applied it."""

    version: str
    name: str | None
    path: str | None = None
    sha256: str | None = None
    normalised: str | None = None
    formula: int | None = None
    applied_at: datetime | None = None
    role: str | None = None
    duration_ms: float | None = None
    how: How | None = None
    tool: str | None = None
    done: int | None = None
    """Statements that are committed; less than `total` where the file stopped half-way."""
    total: int | None = None
    unsettled: int | None = None
    """Number of a statement, run outside of any transaction, of which no end is known."""
    recorded: bool = True
    """Whether `supabase_migrations.schema_migrations` holds it (a half-applied file is not)."""

    @property
    def whole(self) -> bool:
        """Whether Airlock itself applied all of the file, so that `sha256` is that of the file."""
        return self.done is not None and self.done == self.total

    @property
    def half(self) -> bool:
        """Whether the file ran in several transactions and stopped between them."""
        if self.recorded or self.done is None or self.total is None:
            return False
        return 0 < self.done < self.total or self.unsettled is not None


class State(StrEnum):
    """What a version is, seen from one environment; one word each in `status`."""

    APPLIED = "applied"
    PENDING = "pending"
    OUT_OF_ORDER = "out of order"
    """Pending, though a later version is applied."""
    EDITED = "edited"
    """Applied, and the file means something else now."""
    RESTYLED = "restyled"
    """Applied, and only comments, white space or line ends changed since."""
    HALF_APPLIED = "half applied"
    """The file ran in several transactions and stopped between them."""
    DUPLICATE = "duplicate"
    """Two files share the version."""
    MISSING = "missing"
    """Airlock applied the file here; it is not on disk any more."""
    REMOTE_ONLY = "remote only"
    """Another tool recorded the version here; no file has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One version in one environment."""

    version: str
    state: State
    migration: Migration | None
    applied: Applied | None


def version_key(layout: Layout, version: str) -> tuple[object, ...]:
    """Return what versions are sorted by.

    The Supabase CLI compares them as text (`10` before `3`); elsewhere numbers count as numbers,
    part by part (`1.2` before `1.10`).
    """
    if layout is Layout.SUPABASE:
        return (version,)
    parts = version.replace("_", ".").split(".")
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)
