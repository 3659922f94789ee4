"""What each version is in one environment, and what of it forbids a deployment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from airlock.errors import Location, Refused
from airlock.model.finding import Finding, Level
from airlock.model.migration import Applied, Migration, Standing, State

SameMeaning = Callable[[Migration, Applied], bool]
"""Whether a file still means what was applied of it; asked only where its bytes differ."""
VersionKey = Callable[[str], tuple[object, ...]]

_TO_RUN = frozenset({State.PENDING, State.OUT_OF_ORDER, State.HALF_APPLIED})


def standings(
    migrations: Sequence[Migration],
    applied: Sequence[Applied],
    *,
    same_meaning: SameMeaning,
    version_key: VersionKey,
) -> tuple[Standing, ...]:
    """Hold the files against the history; sorted by version, files of one version side by side.

    A row that says of a file only that it failed, or that another tool has taken back since, is
    no history.
    """
    history = {row.version: row for row in applied if row.recorded or row.half}
    copies = Counter(migration.version for migration in migrations)
    newest = max(
        (version_key(v) for v in copies if v in history and history[v].recorded),
        default=None,
    )
    found: list[Standing] = []
    for migration in migrations:
        version = migration.version
        row = history.get(version)
        if copies[version] > 1:
            state = State.DUPLICATE
        elif row is not None:
            state = _applied_state(migration, row, same_meaning)
        elif newest is not None and version_key(version) < newest:
            state = State.OUT_OF_ORDER
        else:
            state = State.PENDING
        found.append(Standing(version=version, state=state, migration=migration, applied=row))
    for row in history.values():
        if row.version not in copies:
            state = State.REMOTE_ONLY if row.path is None else State.MISSING
            found.append(Standing(version=row.version, state=state, migration=None, applied=row))
    return tuple(sorted(found, key=lambda standing: version_key(standing.version)))


def _applied_state(migration: Migration, row: Applied, same_meaning: SameMeaning) -> State:
    # What another tool finished is not what Airlock had begun with.
    same_bytes = (row.whole or row.half) and row.sha256 == migration.sha256
    if not same_bytes and not same_meaning(migration, row):
        return State.EDITED
    if row.half:
        return State.HALF_APPLIED
    return State.APPLIED if same_bytes or not row.whole else State.RESTYLED


def applied_files(found: Sequence[Standing]) -> tuple[Migration, ...]:
    """Return the files that have run, in version order."""
    return tuple(s.migration for s in found if s.migration and s.state not in _TO_RUN)


def pending_files(found: Sequence[Standing]) -> tuple[Migration, ...]:
    """Return the files that a deployment would run, or go on with, in version order."""
    return tuple(s.migration for s in found if s.migration and s.state in _TO_RUN)


class HistoryRefused(Refused):
    """The files and the history of an environment do not fit together; nothing was changed."""

    code = "history"

    def __init__(self, environment: str, findings: Sequence[Finding]) -> None:
        number = len(findings)
        what = "one thing forbids it" if number == 1 else f"{number} things forbid it"
        super().__init__(f"nothing was deployed to {environment}: {what}", hint=findings[0].fix)
        self.findings = tuple(findings)


def obstacles(
    found: Sequence[Standing], *, environment: str, allow_out_of_order: bool
) -> tuple[Finding, ...]:
    """Return one finding for each version that forbids a deployment, in version order."""
    return tuple(
        finding
        for standing in found
        if not (allow_out_of_order and standing.state is State.OUT_OF_ORDER)
        if (finding := _finding(standing, environment)) is not None
        if finding.level is Level.ERROR
    )


def remarks(found: Sequence[Standing], *, environment: str) -> tuple[Finding, ...]:
    """Return what is worth saying though it forbids nothing."""
    return tuple(
        finding
        for standing in found
        if (finding := _finding(standing, environment)) is not None
        if finding.level is not Level.ERROR
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """What a finding says; the words in braces come from the standing."""

    code: str
    level: Level
    message: str
    why: str
    fix: str


def _finding(standing: Standing, environment: str) -> Finding | None:
    row = standing.applied
    half = row is not None and row.half
    text = (_HALF_TEXTS if half else _TEXTS).get(standing.state)
    if text is None:
        return None
    path = standing.migration.path if standing.migration else row.path if row else None
    words = {
        "path": path or standing.version,
        "version": standing.version,
        "environment": environment,
        "done": (row.done if row else None) or 0,
        "total": (row.total if row else None) or 0,
    }
    return Finding(
        code=text.code,
        level=text.level,
        message=text.message.format(**words),
        key=f"{text.code}:{environment}:{standing.version}",
        where=Location(path=path) if path else None,
        why=text.why.format(**words),
        fix=text.fix.format(**words),
    )


_TEXTS: dict[State, _Text] = {
    State.EDITED: _Text(
        code="history-edited",
        level=Level.ERROR,
        message="{path} was edited after it was applied to {environment}",
        why="{environment} has what the file said then; a database built from the files now would "
        "differ from it.",
        fix="Restore the file (git log -p -- {path} shows the edit) and put the change into a new "
        "migration: airlock new NAME",
    ),
    State.RESTYLED: _Text(
        code="history-restyled",
        level=Level.WARNING,
        message="{path} was re-formatted after it was applied to {environment}",
        why="Only comments, white space or line ends changed, so the file means the same.",
        fix="Nothing needs to be done.",
    ),
    State.OUT_OF_ORDER: _Text(
        code="history-out-of-order",
        level=Level.ERROR,
        message="{path} is older than the newest migration applied to {environment}",
        why="It would run there after files that it ran before everywhere else.",
        fix="Give it a newer version (rename the file), or pass --include-out-of-order.",
    ),
    State.DUPLICATE: _Text(
        code="history-duplicate",
        level=Level.ERROR,
        message="{path} shares version {version} with another file",
        why="A version names one migration; which of the two is meant cannot be known.",
        fix="Give one of the two files another version (rename it).",
    ),
    State.MISSING: _Text(
        code="history-missing",
        level=Level.ERROR,
        message="{path} was applied to {environment} and is gone from disk",
        why="A database built from the files now would lack what it did.",
        fix="Bring the file back: git log --diff-filter=D -- {path} shows where it went.",
    ),
    State.REMOTE_ONLY: _Text(
        code="history-remote-only",
        level=Level.ERROR,
        message="version {version} was applied to {environment} by another tool; no file has it",
        why="What it did there is in no migration of this project.",
        fix="Add the file that was applied (supabase migration fetch writes it), or, if it was "
        "recorded by mistake: delete from supabase_migrations.schema_migrations where version = "
        "'{version}';",
    ),
}
_HALF_TEXTS: dict[State, _Text] = {
    State.HALF_APPLIED: _Text(
        code="history-half-applied",
        level=Level.WARNING,
        message="{path} is half applied to {environment}: {done} of its {total} statements are "
        "committed",
        why="It runs in several transactions and stopped between two of them.",
        fix="Mend what stopped it and deploy again: it goes on with the first statement that is "
        "not committed.",
    ),
    State.EDITED: _Text(
        code="history-half-applied-edited",
        level=Level.ERROR,
        message="{path} is half applied to {environment}, and its first {done} statements changed "
        "since",
        why="Those are committed; a deployment would go on after them with a file that says "
        "otherwise.",
        fix="Restore the first {done} statements and edit only what follows them.",
    ),
    State.MISSING: _Text(
        code="history-missing",
        level=Level.ERROR,
        message="{path} is half applied to {environment} and is gone from disk",
        why="Its first {done} statements are committed there; no file says what they did.",
        fix="Bring the file back: git log --diff-filter=D -- {path} shows where it went.",
    ),
    State.DUPLICATE: _TEXTS[State.DUPLICATE],
}
