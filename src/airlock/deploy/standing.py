"""What each version is in one environment, and what of it forbids a deployment."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from airlock.errors import Location, Refused
from airlock.model.finding import Finding, Level
from airlock.model.migration import Applied, Migration, Standing, State

SameMeaning = Callable[[Migration, Applied], bool]
"""Whether a file still means what was applied; asked only where its bytes differ."""
VersionKey = Callable[[str], object]


def standings(
    migrations: Sequence[Migration],
    applied: Sequence[Applied],
    *,
    same_meaning: SameMeaning,
    version_key: Callable[[str], tuple[object, ...]],
) -> tuple[Standing, ...]:
    """Hold the files against the history; sorted by version, files of one version side by side."""
    history = {row.version: row for row in applied}
    copies: dict[str, int] = {}
    for migration in migrations:
        copies[migration.version] = copies.get(migration.version, 0) + 1
    newest = max(
        (version_key(m.version) for m in migrations if _is_applied(history.get(m.version))),
        default=None,
    )
    found: list[Standing] = []
    for migration in migrations:
        row = history.pop(migration.version, None)
        if copies[migration.version] > 1:
            state = State.DUPLICATE
        elif row is not None:
            state = _applied_state(migration, row, same_meaning)
        elif newest is not None and version_key(migration.version) < newest:
            state = State.OUT_OF_ORDER
        else:
            state = State.PENDING
        found.append(
            Standing(version=migration.version, state=state, migration=migration, applied=row)
        )
    for row in history.values():
        if row.version not in copies:
            state = State.REMOTE_ONLY if row.path is None else State.MISSING
            found.append(Standing(version=row.version, state=state, migration=None, applied=row))
    return tuple(sorted(found, key=lambda standing: version_key(standing.version)))


def _is_applied(row: Applied | None) -> bool:
    return row is not None and row.recorded


def _applied_state(migration: Migration, row: Applied, same_meaning: SameMeaning) -> State:
    if not row.recorded:
        return State.HALF_APPLIED
    if row.sha256 == migration.sha256:
        return State.APPLIED
    if not same_meaning(migration, row):
        return State.EDITED
    return State.APPLIED if row.sha256 is None else State.RESTYLED


class HistoryRefused(Refused):
    """The files and the history of an environment do not fit together; nothing was changed."""

    code = "history"

    def __init__(self, environment: str, findings: Sequence[Finding]) -> None:
        number = len(findings)
        what = "one thing forbids it" if number == 1 else f"{number} things forbid it"
        super().__init__(
            f"nothing was deployed to {environment}: {what}", hint=findings[0].fix
        )
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


def _finding(standing: Standing, environment: str) -> Finding | None:
    text = _TEXTS.get(standing.state)
    if text is None:
        return None
    code, level, message, why, fix = text
    path = standing.migration.path if standing.migration else (
        standing.applied.path if standing.applied and standing.applied.path else None
    )
    words = {
        "path": path or standing.version,
        "version": standing.version,
        "environment": environment,
    }
    return Finding(
        code=code,
        level=level,
        message=message.format(**words),
        key=f"{code}:{environment}:{standing.version}",
        where=Location(path=path) if path else None,
        why=why.format(**words),
        fix=fix.format(**words),
    )


_TEXTS: dict[State, tuple[str, Level, str, str, str]] = {
    State.EDITED: (
        "history-edited",
        Level.ERROR,
        "{path} was edited after it was applied to {environment}",
        "{environment} has what the file said then; a database built from the files now would "
        "differ from it.",
        "Restore the file (git log -p -- {path} shows the edit) and put the change into a new "
        "migration: airlock new NAME.",
    ),
    State.RESTYLED: (
        "history-restyled",
        Level.WARNING,
        "{path} was re-formatted after it was applied to {environment}",
        "Only comments, white space or line ends changed, so the file means the same.",
        "Nothing needs to be done.",
    ),
    State.OUT_OF_ORDER: (
        "history-out-of-order",
        Level.ERROR,
        "{path} is older than the newest migration applied to {environment}",
        "It would run there after files that it ran before everywhere else.",
        "Give it a newer version (rename the file), or pass --include-out-of-order.",
    ),
    State.DUPLICATE: (
        "history-duplicate",
        Level.ERROR,
        "{path} shares version {version} with another file",
        "A version names one migration; which of the two is meant cannot be known.",
        "Rename one of the two files.",
    ),
    State.MISSING: (
        "history-missing",
        Level.ERROR,
        "{path} was applied to {environment} and is gone from disk",
        "A database built from the files now would lack what it did.",
        "Bring the file back: git log --diff-filter=D -- {path} shows where it went.",
    ),
    State.REMOTE_ONLY: (
        "history-remote-only",
        Level.ERROR,
        "version {version} was applied to {environment} by another tool; no file has it",
        "What it did there is in no migration of this project.",
        "Add the file that was applied as version {version}, or remove the row from "
        "supabase_migrations.schema_migrations if it was recorded by mistake.",
    ),
    State.HALF_APPLIED: (
        "history-half-applied",
        Level.WARNING,
        "{path} is half applied to {environment}",
        "It runs in several transactions and stopped between two of them.",
        "Mend what stopped it and deploy again: it goes on with the first statement that is not "
        "committed.",
    ),
}
