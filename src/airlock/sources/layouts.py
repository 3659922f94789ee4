"""How migration files are named, and which tools' folders stand in a project.

All file-name rules are in `RULES`. The Supabase rule is that of the Supabase CLI; the others are
those of golang-migrate, Flyway, Diesel, Prisma and their kin.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from airlock.model.migration import Layout

SUPABASE_FOLDER = "supabase/migrations"


class Part(StrEnum):
    """Which half of a migration a file is."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A way to name migrations. `pattern` has the groups prefix, version, separator and name.

    Of a rule for folders, the pattern is the folder's name, `up` and `down` the files inside.
    """

    layout: Layout
    example: str
    pattern: str
    up: str = ""
    down: str = ""
    folder: bool = False


RULES: tuple[Rule, ...] = (
    Rule(
        layout=Layout.SUPABASE,
        example="20260131120000_name.sql",
        pattern=r"(?P<prefix>)(?P<version>[0-9]+)(?P<separator>_)(?P<name>.*)\.sql",
    ),
    Rule(
        layout=Layout.PLAIN,
        example="001_name.up.sql, 001_name.down.sql",
        pattern=(
            r"(?P<prefix>[Vv]?)(?P<version>[0-9]+)(?P<separator>[_.-])(?P<name>.+)"
            r"\.(?P<part>up|down)\.sql"
        ),
    ),
    Rule(
        layout=Layout.PLAIN,
        example="V1__name.sql, U1__name.sql",
        pattern=(
            r"(?P<prefix>[VU])(?P<version>[0-9]+(?:[._][0-9]+)*)(?P<separator>__)(?P<name>.+)\.sql"
        ),
    ),
    Rule(
        layout=Layout.PLAIN,
        example="001_name.sql",
        pattern=r"(?P<prefix>)(?P<version>[0-9]+)(?P<separator>[_-])(?P<name>.+)\.sql",
    ),
    Rule(
        layout=Layout.PLAIN,
        example="001_name/up.sql, 001_name/down.sql",
        pattern=(
            r"(?P<prefix>)(?P<version>[0-9]+(?:-[0-9]+)*)(?P<separator>[_-])(?P<name>[^_-].*)"
        ),
        up="up.sql",
        down="down.sql",
        folder=True,
    ),
    Rule(
        layout=Layout.PLAIN,
        example="20260131120000_name/migration.sql",
        pattern=r"(?P<prefix>)(?P<version>[0-9]+)(?P<separator>_)(?P<name>.+)",
        up="migration.sql",
        down="down.sql",
        folder=True,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A file name, understood. `text` is the file or folder in the migrations folder."""

    rule: Rule
    text: str
    part: Part
    prefix: str
    digits: str
    """The version as the name has it."""
    separator: str
    name: str

    @property
    def version(self) -> str:
        """The version as the history records it: `1_2` is `1.2`, `2026-01-31` has no dashes."""
        return self.digits.replace("-", "").replace("_", ".")

    @property
    def up(self) -> str:
        """The forward file, relative to the migrations folder."""
        return f"{self.text}/{self.rule.up}" if self.rule.folder else self.text

    @property
    def down(self) -> str:
        """The file in a folder that undoes it, relative to the migrations folder."""
        return f"{self.text}/{self.rule.down}"


def understand(text: str, *, layout: Layout, inside: frozenset[str] | None = None) -> Named | None:
    """Return what a name says, or None; `inside` holds a folder's files, None for a file."""
    for rule in RULES:
        if rule.layout is not layout or rule.folder is not (inside is not None):
            continue
        if inside is not None and rule.up not in inside:
            continue
        if match := re.fullmatch(rule.pattern, text):
            found = match.groupdict()
            undoes = found.get("part") == Part.DOWN or found["prefix"] == "U"
            return Named(
                rule=rule,
                text=text,
                part=Part.DOWN if undoes else Part.UP,
                prefix=found["prefix"],
                digits=found["version"],
                separator=found["separator"],
                name=found["name"],
            )
    return None


_LOOSE = re.compile(r"[A-Za-z]*?([0-9]+)[^0-9A-Za-z]*(.*)", re.DOTALL)


def misnamed(text: str, layout: Layout) -> str:
    """Say why a SQL file is not a migration by its name, and what name would do."""
    stem, extension = text[:-4], text[-4:]
    if extension != ".sql":
        return f"the extension must be lower case: rename it to {stem}.sql"
    if re.fullmatch(r"R__.+", stem):
        return "a repeatable migration of Flyway's: Airlock runs versioned files only"
    form = "<digits>_<name>.sql"
    if (match := _LOOSE.fullmatch(stem)) and match[2]:
        better = f"{match[1]}_{match[2]}.sql"
    else:
        version = "<timestamp>" if layout is Layout.SUPABASE else "<number>"
        better = f"{version}_{stem.strip('0123456789') or 'name'}.sql"
    return f"the name is not of the form {form}: rename it to {better}"


# --------------------------------------------------------------------------------- detection

_DEPTH = 5
_FOLDERS = 2_000
_PASSED_OVER = frozenset(
    {"node_modules", "vendor", "dist", "build", "target", "venv", "__pycache__", "site-packages"}
    | {"test", "tests", "fixtures", "examples", "seed", "seeds"}
)
_HEAD_BYTES = 65_536

_FOREIGN_MARKS = (
    ("sqitch.plan", "sqitch", "keeps its order in sqitch.plan, with deploy and revert scripts"),
    ("alembic.ini", "Alembic", "writes migrations in Python"),
    ("knexfile.js", "Knex", "writes migrations in JavaScript"),
    ("ormconfig.json", "TypeORM", "writes migrations in JavaScript"),
)
_TOOL_MARKS = (
    ("migration_lock.toml", "Prisma"),
    ("_journal.json", "Drizzle"),
    ("atlas.sum", "Atlas"),
    ("flyway.conf", "Flyway"),
    ("flyway.toml", "Flyway"),
)
TWO_WAY_MARKS = (
    (b"migrate:down", "dbmate", rb"^--[ \t]*migrate:down\b"),
    (b"+goose Down", "goose", rb"^--[ \t]*\+goose Down\b"),
    (b"+migrate Down", "sql-migrate", rb"^--[ \t]*\+migrate Down\b"),
)
"""Comments with which tools put both directions into one file: bytes, the tool, the pattern."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A folder of migrations. `layout` is None where Airlock cannot run them; `note` says why."""

    tool: str
    folder: str
    """Relative to the root."""
    layout: Layout | None
    migrations: int
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """What stands in a project, the likeliest first."""

    found: tuple[Found, ...]

    def best(self, layout: Layout | None = None) -> Found | None:
        """Return the likeliest folder that Airlock can run, of this layout if one is wanted."""
        able = (each for each in self.found if each.layout is not None)
        return next((each for each in able if layout in (None, each.layout)), None)


def two_way(raw: bytes) -> tuple[str, int] | None:
    """Return the tool whose mark parts a file into two directions, and where the mark stands."""
    for needle, tool, pattern in TWO_WAY_MARKS:
        if needle in raw and (match := re.search(pattern, raw, re.MULTILINE)):
            return tool, match.start()
    return None


def detect(root: Path) -> Detected:
    """Look for migration folders below `root`: a few levels deep, tools' own folders left out."""
    found: list[Found] = []
    for folder, names, folders in _walk(root):
        found += _foreign(folder, names)
        if each := _supabase(folder, names, folders) or _plain(root, folder, names, folders):
            found.append(each)
    return Detected(found=tuple(sorted(found, key=_likelihood)))


def _likelihood(found: Found) -> tuple[object, ...]:
    folder = found.folder.lower()
    return (
        found.layout is None,
        found.layout is not Layout.SUPABASE,
        "migrat" not in folder and found.tool == "plain SQL",
        "postgres" not in folder,
        folder.count("/"),
        -found.migrations,
        found.folder,
    )


def _walk(root: Path) -> Iterator[tuple[str, frozenset[str], tuple[str, ...]]]:
    """Yield folders breadth first, relative to the root, with their files and their folders."""
    queue, seen = [""], 0
    while queue and seen < _FOLDERS:
        folder, seen = queue.pop(0), seen + 1
        names, folders = _listed(root / folder)
        yield folder, names, folders
        if folder.count("/") < _DEPTH - 1:
            queue += [
                f"{folder}/{name}".lstrip("/")
                for name in folders
                if name not in _PASSED_OVER and not name.startswith(".")
            ]


def _listed(folder: Path) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the files and the folders in a folder; links to folders are not followed."""
    try:
        with os.scandir(folder) as entries:
            listed = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    except OSError:
        return frozenset(), ()
    names = frozenset(name for name, is_folder in listed if not is_folder)
    return names, tuple(sorted(name for name, is_folder in listed if is_folder))


def _foreign(folder: str, names: frozenset[str]) -> Iterator[Found]:
    for mark, tool, note in _FOREIGN_MARKS:
        if mark in names:
            yield Found(tool=tool, folder=folder or ".", layout=None, migrations=0, note=note)


def _supabase(folder: str, names: frozenset[str], folders: Sequence[str]) -> Found | None:
    """Recognise the folder itself, or a new project's, which has none yet."""
    if folder.rpartition("/")[2] == "supabase" and "config.toml" in names:
        if "migrations" not in folders:
            return _as_supabase(f"{folder}/migrations", frozenset())
    elif f"/{folder}".endswith(f"/{SUPABASE_FOLDER}"):
        return _as_supabase(folder, names)
    return None


def _as_supabase(folder: str, names: frozenset[str]) -> Found:
    count = sum(understand(name, layout=Layout.SUPABASE) is not None for name in names)
    return Found(tool="Supabase CLI", folder=folder, layout=Layout.SUPABASE, migrations=count)


def _plain(root: Path, folder: str, names: frozenset[str], folders: Sequence[str]) -> Found | None:
    """Recognise a folder of numbered files, or of numbered folders."""
    matched = [named for name in sorted(names) if (named := understand(name, layout=Layout.PLAIN))]
    if not matched:
        numbered = [name for name in folders if name[0].isdecimal()]
        matched = [
            named
            for name in numbered
            if (
                named := understand(
                    name, layout=Layout.PLAIN, inside=_listed(root / folder / name)[0]
                )
            )
        ]
    forward = [named for named in matched if named.part is Part.UP]
    if not forward:
        return None
    tool, note = _tool(root / folder, names, folders, forward[-1])
    return Found(
        tool=tool,
        folder=folder or ".",
        layout=None if note else Layout.PLAIN,
        migrations=len(forward),
        note=note,
    )


def _tool(
    folder: Path, names: frozenset[str], folders: Sequence[str], last: Named
) -> tuple[str, str]:
    """Return the likely tool, and why its files cannot be run where they cannot."""
    marks = names | (_listed(folder / "meta")[0] if "meta" in folders else frozenset())
    try:
        with (folder / last.up).open("rb") as file:
            mark = two_way(file.read(_HEAD_BYTES))
    except OSError:
        mark = None
    if mark:
        return mark[0], "keeps both directions of a migration in one file"
    for name, tool in _TOOL_MARKS:
        if name in marks:
            return tool, ""
    if last.separator == "__":
        return "Flyway", ""
    return "plain SQL", ""
