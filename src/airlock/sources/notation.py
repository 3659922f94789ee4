"""How a source is written: the one grammar of every command that takes one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path

from airlock.errors import UsageError

FORMS = (
    "an environment, migrations, migrations@VERSION, dir:PATH, dir:PATH@VERSION, sql:PATH, "
    "snapshot:PATH, git:REF, postgresql://…, empty"
)
"""Every form, for messages and help."""

STARTS = ("migrations", "dir:", "sql:", "snapshot:", "git:", "postgresql://", "empty")
"""How the forms other than an environment begin, for completion."""


class Form(StrEnum):
    """What a source is read from; the value is how it is written, up to its colon."""

    ENVIRONMENT = "environment"
    MIGRATIONS = "migrations"
    FOLDER = "dir"
    SQL = "sql"
    SNAPSHOT = "snapshot"
    GIT = "git"
    URL = "postgresql"
    EMPTY = "empty"


_WITH_REST = (Form.FOLDER, Form.SQL, Form.SNAPSHOT, Form.GIT)
_PLACEHOLDERS = {
    Form.FOLDER: "PATH",
    Form.SQL: "PATH",
    Form.SNAPSHOT: "PATH",
    Form.GIT: "REF",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notation:
    """A source as it was written, understood.

    `rest` is the environment's name, the path, the ref or the URL; a URL holds its password.
    """

    form: Form
    rest: str = ""
    version: str | None = None


_NEEDS_PROJECT = frozenset({Form.ENVIRONMENT, Form.MIGRATIONS, Form.GIT})


def stands_alone(text: str, *, start: Path) -> bool:
    """Whether a source means the same from any folder, in a project or not."""
    try:
        return understand(text, environments=(), start=start).form not in _NEEDS_PROJECT
    except UsageError:
        return False


def understand(text: str, *, environments: Collection[str], start: Path) -> Notation:
    """Say which source a text means; `start` is the folder that paths are relative to.

    Raises:
        UsageError: it is none; the hint suggests the nearest, or lists the forms.
    """
    if text.startswith(("postgresql://", "postgres://")):
        return Notation(form=Form.URL, rest=text)
    if text == Form.EMPTY:
        return Notation(form=Form.EMPTY)
    if text == Form.MIGRATIONS or text.startswith(f"{Form.MIGRATIONS}@"):
        _, mark, version = text.partition("@")
        if mark and not version:
            raise _incomplete(text, "VERSION", "migrations@20260101120000")
        return Notation(form=Form.MIGRATIONS, version=version or None)
    head, colon, rest = text.partition(":")
    for form in _WITH_REST:
        if colon and head == form:
            if not rest:
                raise _incomplete(text, _PLACEHOLDERS[form], f"{form}:{_EXAMPLES[form]}")
            return _with_rest(form, rest, start)
    if text in environments:
        return Notation(form=Form.ENVIRONMENT, rest=text)
    raise _unknown(text, head if colon else "", environments, start)


_EXAMPLES = {
    Form.FOLDER: "../other/supabase/migrations",
    Form.SQL: "supabase/schemas",
    Form.SNAPSHOT: "schema.json",
    Form.GIT: "main",
}


def _with_rest(form: Form, rest: str, start: Path) -> Notation:
    """A folder may be followed by a version, unless a folder of the whole name is there."""
    if form is Form.FOLDER and "@" in rest and not (start / rest).exists():
        path, _, version = rest.rpartition("@")
        if path and version:
            return Notation(form=form, rest=path, version=version)
    return Notation(form=form, rest=rest)


def _incomplete(text: str, lacks: str, example: str) -> UsageError:
    return UsageError(f"the source {text!r} lacks its {lacks}", hint=f"Such as: {example}")


def _unknown(text: str, head: str, environments: Collection[str], start: Path) -> UsageError:
    """Refuse a text; it is quoted only where it can hold no password."""
    if "://" in text:
        return UsageError(
            "the source is a URL that does not start with postgresql://",
            hint="Write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE.",
        )
    said = f"there is no source called {text!r}"
    if head:
        near = get_close_matches(head, [form.value for form in _WITH_REST], n=1, cutoff=0.5)
        meant = f"{near[0]}:{text.partition(':')[2]}" if near else ""
    else:
        known = [*environments, Form.MIGRATIONS.value, Form.EMPTY.value]
        near = get_close_matches(text.partition("@")[0], known, n=1, cutoff=0.6)
        meant = near[0] if near else _as_path(text, start)
    hint = f"Did you mean {meant!r}?\n" if meant else ""
    named = f" Environments: {', '.join(environments)}." if environments else ""
    return UsageError(said, hint=f"{hint}Known forms: {FORMS}.{named}")


def _as_path(text: str, start: Path) -> str:
    """Return the form for a path that exists."""
    path = start / text
    try:
        if path.is_dir():
            holds_versions = any(each.name[:1].isdecimal() for each in path.glob("*.sql"))
            return f"dir:{text}" if holds_versions else f"sql:{text}"
        if path.is_file():
            return f"snapshot:{text}" if path.suffix == ".json" else f"sql:{text}"
    except OSError:
        pass
    return ""
