"""`airlock check --fix`: make the edits that rules offer, and prove what they wrote.

An edit that is safe leaves the schema what it is: the whole history runs with the edited files, and
the fingerprint is that of before. Of one that is not, only that the history still runs can be
proved, so it is made only where that is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from airlock.app.trials import start
from airlock.app.workspace import Workspace
from airlock.checks.rule import Edit, Mend
from airlock.checks.run import Raised
from airlock.errors import ProjectError
from airlock.model.failure import StatementRefused
from airlock.model.fingerprint import Fingerprint
from airlock.model.migration import Migration
from airlock.report.values.check import Mended


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edited:
    """A file with edits made to it."""

    migration: Migration
    hits: int
    codes: tuple[str, ...]


def mend(workspace: Workspace, raised: Sequence[Raised], *, unsafe: bool) -> tuple[Mended, ...]:
    """Edit pending files, prove the edits, and write what is proved.

    What cannot be proved all at once is tried file by file; a file that fails stays as it is.

    Raises:
        ProjectError: a file cannot be written.
    """
    migrations = workspace.runnable.migrations
    edited = [
        found
        for migration in migrations
        if (found := _edited(migration, raised, unsafe=unsafe)) is not None
    ]
    if not edited:
        return ()
    workspace.progress.note("proving the edits")
    proof = _Proof(workspace, migrations, exact=not unsafe)
    groups = [edited] if proof.holds(edited) else [[each] for each in edited]
    told: list[Mended] = []
    for group in groups:
        proved = group is edited or proof.holds(group)
        for each in group:
            if proved:
                _write(workspace, each.migration)
            told.append(
                Mended(path=each.migration.path, edits=each.hits, rules=each.codes, proved=proved)
            )
    return tuple(told)


def _edited(migration: Migration, raised: Sequence[Raised], *, unsafe: bool) -> _Edited | None:
    """Return a file with all edits that do not get in each other's way."""
    text = migration.raw.decode()
    taken: list[tuple[int, int]] = []
    edits: list[Edit] = []
    codes: list[str] = []
    for each in raised:
        where = each.finding.where
        if where is None or where.path != migration.path or not each.edits:
            continue
        spans = [(edit.start, edit.end) for edit in each.edits]
        fits = unsafe or each.mend is Mend.SAFE
        if fits and not any(_meet(a, b) for a in spans for b in taken):
            taken += spans
            edits += each.edits
            codes.append(each.finding.code)
    if not edits:
        return None
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    raw = text.encode()
    return _Edited(
        migration=replace(migration, raw=raw, sha256=sha256(raw).hexdigest()),
        hits=len(codes),
        codes=tuple(sorted(set(codes))),
    )


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two runs share a character, or insert at one place."""
    return (one[0] < other[1] and other[0] < one[1]) or one == other


@dataclass(slots=True)
class _Proof:
    """What edited files are held against."""

    workspace: Workspace
    migrations: Sequence[Migration]
    exact: bool
    """Whether the schema has to stay the same."""

    def holds(self, edited: Sequence[_Edited]) -> bool:
        """Whether the history runs with these files, and makes what it should."""
        by_version = {each.migration.version: each.migration for each in edited}
        history = [by_version.get(each.version, each) for each in self.migrations]
        try:
            made = self._fingerprint(history)
        except StatementRefused:
            return False
        return not self.exact or made == self._fingerprint(self.migrations)

    def _fingerprint(self, history: Sequence[Migration]) -> str:
        from airlock.server.connect import connect
        from airlock.sources.live import read_catalog
        from airlock.sources.scope import in_scope

        template, _ = start(self.workspace, history)
        databases = self.workspace.stock.databases
        with (
            databases.shadow(template) as name,
            connect(databases.cluster.address(name, label="shadow")) as session,
        ):
            return Fingerprint(catalog=in_scope(read_catalog(session))).whole


def _write(workspace: Workspace, migration: Migration) -> None:
    place = workspace.config.root / migration.path
    partial = place.with_name(f".{place.name}.partial")
    try:
        partial.write_bytes(migration.raw)
        partial.replace(place)
    except OSError as error:
        partial.unlink(missing_ok=True)
        fault = error.strerror or "unknown reason"
    else:
        return
    raise ProjectError(
        f"{migration.path} cannot be written: {fault}",
        hint="Check the rights of the folder and the room on its disk.",
    )
