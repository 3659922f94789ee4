"""A plan as it is kept in a file: what a deployment to one environment would do, and at what cost.

It is made where the pending files were tried, read by whoever reviews it, and held against the
environment again before anything runs there. It says which files run, byte for byte, and which
schema they were tried on; no row and no secret is part of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from airlock.model.migration import How

FORMAT = 1
"""Number of the format; it rises when a file of the new one means something else in the old."""


class Copied(StrEnum):
    """What the files were tried on."""

    REPLAY = "a replay of what is applied"
    DUMP = "a copy from pg_dump -s"
    CATALOG = "a copy built from the catalog"


@dataclass(frozen=True, slots=True, kw_only=True)
class LockOn:
    """A lock and the relation that it is on."""

    lock: str
    """As the manual writes it: `ACCESS EXCLUSIVE`."""
    on: str
    """As people write it: `public.orders`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStatement:
    """One statement of a file."""

    line: int
    sql: str
    """Without constants where those may be rows or secrets."""
    running: str
    """`transaction`, `alone`, `boundary` (a commit has to follow) or `control`."""
    locks: tuple[LockOn, ...]
    """Those that it is the first of its transaction to take, the strongest first."""
    measured: bool
    """Whether the locks were read from the server; else they are known by the kind of statement."""
    rewrites: tuple[str, ...]
    """Tables that it writes anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedGroup:
    """Statements that are committed together, or one that runs outside of any transaction."""

    transactional: bool
    first: int
    """Number of its first statement in the file, from 1."""
    last: int
    lock_timeout: str
    """How long a statement waits for a lock: `4 s`, `none`, or `as the file says`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRollback:
    """The way back from a file."""

    path: str
    written: bool
    """Whether the file is there; else the SQL is what `airlock rollback prepare` would write."""
    sql: str
    sha256: str
    """Of the SQL as it is, before secrets and rows were left out of it."""
    grade: str
    """`lossless`, `loses data` or `cannot`."""
    reservations: tuple[str, ...]
    """What happens to rows, a sentence each."""
    proved: bool
    problem: str | None
    """Why it is not proved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlan:
    """One pending migration."""

    version: str
    path: str
    sha256: str
    how: How
    done: int
    """Statements that are committed already, of a file that stopped half-way."""
    statements: tuple[PlannedStatement, ...]
    groups: tuple[PlannedGroup, ...]
    rollback: PlannedRollback


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """What a reviewer has to weigh about one object."""

    object: str
    text: str
    loses_data: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standpoint:
    """The schema that a plan starts from. Its file alone holds `objects`."""

    exists: bool
    """Whether the environment's database is there; a deployment makes one of Airlock's own."""
    fingerprint: str
    objects: dict[str, str]
    """A digest of each object, by kind and name, so that it can be said what has moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known from having run the files, one after the other, on a throw-away database."""

    server: str
    """`Postgres 18.6 (embedded)`."""
    on: Copied
    same: bool
    """Whether that database was, before, what the environment is: by fingerprint."""
    converged: bool
    """Whether the schema after it is that of the project's migrations in their own order."""
    residue: tuple[str, ...]
    """Objects that differ from that, where it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A plan. `evidence` is None where nothing is pending."""

    format: int
    tool: str
    environment: str
    postgres: int
    """Major version of the environment's server."""
    made: str
    """When, in UTC by ISO 8601."""
    out_of_order: bool
    """Whether files older than the newest applied one may be among the pending ones."""
    summary: str
    """`+12 ~3 -1 · 2 hazards · longest lock ACCESS EXCLUSIVE on public.orders`."""
    source: Standpoint
    target: str | None
    """Fingerprint after it; None where a server of another major tried it."""
    files: tuple[FilePlan, ...]
    hazards: tuple[Hazard, ...]
    evidence: Evidence | None
