"""What is worth saying about files that can be used: nothing here stops a migration by itself.

Codes: file-name, file-bom, file-crlf, file-empty, file-own-transaction, file-psql-command,
file-hidden-value. Only the last two are errors: the server would never see what psql does, and what
a mark stands for is not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from airlock.errors import Location
from airlock.model.finding import Finding, Level
from airlock.model.migration import Layout, Migration, Project
from airlock.model.script import PSQL_GUARD, Piece, PieceKind, Running, Script, Statement
from airlock.sources.redaction import MARKER

_BOM = b"\xef\xbb\xbf"
_CRLF = b"\r\n"
_COMMAND_WORD = re.compile(r"\\\S*")
_INSIDE = re.compile(
    r"^[ \t]*(\\[A-Za-z!?]+)|(\\(?:g|gx|gexec|gset|crosstabview|watch))[ \t]*$", re.M
)
_PSQL_FIXES = {
    "i": "Put that file's SQL here: a migration is one file.",
    "ir": "Put that file's SQL here: a migration is one file.",
    "include": "Put that file's SQL here: a migration is one file.",
    "copy": "Write COPY … FROM stdin with the rows below it, or load the rows as a seed.",
    "connect": "Take it out: an environment is one database, and its URL names it.",
    "c": "Take it out: an environment is one database, and its URL names it.",
    "gexec": "Write a DO block that runs the statements with EXECUTE.",
}


def remarks(subject: Project | Migration, script: Script | None = None) -> tuple[Finding, ...]:
    """Return what is to be said of a project's file names, or of one file.

    `script` is the file, cut; without it only what its bytes tell is looked at.
    """
    if isinstance(subject, Project):
        return tuple(_names(subject))
    found = [*_bytes(subject)]
    if script is not None:
        found += [*_empty(subject, script), *_transactions(subject, script)]
        found += [*_commands(subject, script), *_hidden(subject, script)]
    return tuple(found)


# -------------------------------------------------------------------------------------- names


def _names(project: Project) -> Iterator[Finding]:
    for skipped in project.skipped:
        yield Finding(
            code="file-name",
            level=Level.WARNING,
            message=f"{skipped.path} is passed over: {skipped.reason}",
            key=f"file-name:{skipped.path}",
            where=Location(path=skipped.path),
        )
    by_case: dict[str, str] = {}
    by_number: dict[tuple[int, ...], Migration] = {}
    for migration in project.migrations:
        twin = by_case.setdefault(migration.path.lower(), migration.path)
        if twin != migration.path:
            yield _name_finding(
                migration,
                f"{migration.path} and {twin} differ in letter case alone",
                "On macOS and Windows a checkout keeps only one of them.",
            )
        if project.layout is Layout.SUPABASE:
            if migration.name.endswith(".down"):
                yield _name_finding(
                    migration,
                    f"{migration.path} runs forward, like every file of the folder",
                    "Supabase's layout knows no .down.sql: the way back stands in "
                    "supabase/rollbacks under the same name.",
                )
        elif other := _same_number(migration, by_number):
            yield _name_finding(
                migration,
                f"{migration.path} and {other.path} have the same number, written differently",
                "Which runs first is decided by the text of the version.",
            )


def _same_number(migration: Migration, seen: dict[tuple[int, ...], Migration]) -> Migration | None:
    number = tuple(int(part) for part in migration.version.split(".") if part.isdecimal())
    other = seen.setdefault(number, migration)
    return None if other.version == migration.version else other


def _name_finding(migration: Migration, message: str, why: str) -> Finding:
    return Finding(
        code="file-name",
        level=Level.WARNING,
        message=message,
        key=f"file-name:{migration.path}",
        where=Location(path=migration.path),
        why=why,
    )


# -------------------------------------------------------------------------------------- bytes


def _bytes(migration: Migration) -> Iterator[Finding]:
    if migration.raw.startswith(_BOM):
        yield _note(
            migration, "file-bom", "starts with a byte-order mark, which is left out", line=1
        )
    crlf = migration.raw.find(_CRLF)
    if crlf >= 0:
        mixed = migration.raw.count(b"\n") != migration.raw.count(_CRLF)
        what = "mixes line ends: CRLF and LF" if mixed else "has Windows line ends (CRLF)"
        line = migration.raw.count(b"\n", 0, crlf) + 1
        yield _note(migration, "file-crlf", f"{what}; bodies of functions keep them", line=line)


def _note(migration: Migration, code: str, what: str, *, line: int | None = None) -> Finding:
    return Finding(
        code=code,
        level=Level.NOTE,
        message=f"{migration.path} {what}",
        key=f"{code}:{migration.path}",
        where=Location(path=migration.path, line=line),
    )


# --------------------------------------------------------------------------------- statements


def _empty(migration: Migration, script: Script) -> Iterator[Finding]:
    if not script.statements:
        what = "holds only comments" if script.text.strip("\ufeff \t\r\n;") else "is empty"
        yield _note(migration, "file-empty", f"{what}; it is recorded as applied all the same")


def _transactions(migration: Migration, script: Script) -> Iterator[Finding]:
    first = next((s for s in script.statements if s.running is Running.CONTROL), None)
    if first is None:
        return
    yield Finding(
        code="file-own-transaction",
        level=Level.WARNING,
        message=f"{migration.path} controls its transactions itself: {first.tag}",
        key=f"file-own-transaction:{migration.path}",
        where=Location(path=script.path, line=first.span.line, column=first.span.column),
        source=script.text,
        length=len(first.text),
        why="It runs statement by statement as written. When one fails, what was committed before "
        "it stays, and the history does not have the file.",
        fix="Take BEGIN and COMMIT out: every file runs in one transaction anyway.",
    )


def _commands(migration: Migration, script: Script) -> Iterator[Finding]:
    """Report psql's commands: between statements, and inside one that does not parse."""
    for piece in script.pieces:
        if piece.kind is PieceKind.META:
            yield _command(migration, script, piece.text, piece)
    for statement in script.statements:
        if statement.tag:
            continue
        if match := _INSIDE.search(statement.text):
            group = 1 if match[1] else 2
            yield _command(migration, script, match[group], statement, match.start(group))


def _hidden(migration: Migration, script: Script) -> Iterator[Finding]:
    """Report the first mark that stands where a value was hidden."""
    for statement in script.statements:
        if mark := MARKER.search(statement.text):
            before = statement.text[: mark.start()]
            newline = before.rfind("\n")
            yield Finding(
                code="file-hidden-value",
                level=Level.ERROR,
                message=f"{migration.path} holds a mark where a value was hidden",
                key=f"file-hidden-value:{migration.path}",
                where=Location(
                    path=script.path,
                    line=statement.span.line + before.count("\n"),
                    column=mark.start() - newline
                    if newline >= 0
                    else statement.span.column + mark.start(),
                ),
                source=script.text,
                length=len(mark[0]),
                why="It was written from a protected environment, whose values are not given out: "
                "as it is the mark itself would be the value.",
                fix="An administrator of that database puts the value in its place.",
            )
            return


def _command(
    migration: Migration, script: Script, text: str, at: Piece | Statement, offset: int = 0
) -> Finding:
    word = _COMMAND_WORD.match(text)
    shown = word.group() if word else text
    guard = PSQL_GUARD.match(text) is not None
    before = at.text[:offset]
    newline = before.rfind("\n")
    return Finding(
        code="file-psql-command",
        level=Level.NOTE if guard else Level.ERROR,
        message=f"{shown} is a command of psql's"
        + (", left out here" if guard else "; the server does not know it"),
        key=f"file-psql-command:{migration.path}:{shown}",
        where=Location(
            path=script.path,
            line=at.span.line + before.count("\n"),
            column=offset - newline if newline >= 0 else at.span.column + offset,
        ),
        source=script.text,
        length=len(shown),
        why=None if guard else "A migration is sent to the server as it is, without psql.",
        fix=None if guard else _PSQL_FIXES.get(shown[1:], "Take it out, or write it in SQL."),
    )
