"""A project on disk: its migrations in the order in which they are applied, and its seeds."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from airlock.errors import Location, ProjectError
from airlock.model.migration import Layout, Migration, Project, Seed, Skipped, version_key
from airlock.sources import files
from airlock.sources.layouts import (
    SUPABASE_FOLDER,
    Named,
    Part,
    detect,
    misnamed,
    two_way,
    understand,
)

CONFIG = "airlock.toml"

_ROLLBACKS = "rollbacks"
_SUPABASE_SEEDS = ("supabase/seed.sql",)
_OLD_INIT = re.compile(r"([0-9]{14})_init\.sql")
_INIT_RUNS_SINCE = "20211209000000"
_OLD_INIT_REASON = (
    "the Supabase CLI passes over a first file called init from before 9 December 2021; "
    "to apply it, give it another name"
)
_SPLIT = "Split it into several seed files: each is read whole and runs in one transaction."
_GLOB = re.compile(r"[*?\[]")


class FolderMissing(ProjectError):
    """The migrations folder does not exist."""

    hint = "Create it with the first migration: airlock new NAME"


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A project's root, and what makes it one."""

    root: Path
    config: Path | None
    """airlock.toml, where there is one."""
    supabase: Path | None
    """The `supabase/` folder, where there is one."""


class NoProject(ProjectError):
    """No folder from here up is a project."""


def locate(start: Path) -> Located:
    """Find the project around a folder: the nearest above it with airlock.toml, else `supabase/`.

    A folder called supabase counts if it holds config.toml or migrations; a clone of Supabase's
    own sources in a home folder does not make that home a project.

    Raises:
        NoProject: there is none.
    """
    fallback: Located | None = None
    for folder in (start, *start.parents):
        located = _look(folder)
        if located.config:
            return located
        if located.supabase and fallback is None:
            fallback = located
    if fallback is None:
        raise NoProject(
            f"no project here: neither {start} nor a folder above it holds {CONFIG} or supabase/",
            hint="Go to your project, or start one here: airlock init",
        )
    return fallback


def _look(folder: Path) -> Located:
    """Say what makes a folder a project; nothing does where it may not be looked into."""
    config, supabase = folder / CONFIG, folder / "supabase"
    try:
        is_supabase = (supabase / "config.toml").is_file() or (supabase / "migrations").is_dir()
        return Located(
            root=folder,
            config=config if config.is_file() else None,
            supabase=supabase if is_supabase else None,
        )
    except PermissionError:
        return Located(root=folder, config=None, supabase=None)


def read_project(
    root: Path,
    *,
    layout: Layout | None = None,
    folder: str | None = None,
    seeds: Sequence[str] | None = None,
    max_bytes: int = files.LARGEST,
) -> Project:
    """Read the migrations below `root`, every byte of them, and the seeds.

    `folder` and `seeds` are relative to the root, seeds as patterns in the order in which they
    run. What is None is found by looking, seeds by Supabase's default.

    Raises:
        FolderMissing: there is no such folder.
        ProjectError: the first file or folder that cannot be used.
    """
    layout, folder, expected = _place(root, layout, folder)
    absent = not expected and not _stands(root / folder) and _stands((root / folder).parent)
    named, skipped = ([], []) if absent else _named(root, folder, layout)
    rollbacks = _rollbacks(root, folder, layout, named)
    migrations: list[Migration] = []
    for each in named:
        if each.part is Part.UP:
            path, rollback = _within(folder, each.up), rollbacks.get(each.up)
            migrations.append(
                _migration(root, each, path, rollback, layout=layout, max_bytes=max_bytes)
            )
    migrations.sort(key=lambda m: (version_key(layout, m.version), m.version, m.path))
    if seeds is None:
        seeds = _SUPABASE_SEEDS if layout is Layout.SUPABASE else ()
    return Project(
        root=root,
        layout=layout,
        folder=folder,
        migrations=tuple(migrations),
        skipped=tuple(skipped),
        seeds=tuple(_seeds(root, seeds, max_bytes)),
    )


def _place(root: Path, layout: Layout | None, folder: str | None) -> tuple[Layout, str, bool]:
    """Return layout and folder, and whether somebody said that the folder is there."""
    if folder is not None:
        clean = PurePosixPath(folder).as_posix()
        if layout is None:
            supabase = f"/{clean}".endswith(f"/{SUPABASE_FOLDER}")
            layout = Layout.SUPABASE if supabase else Layout.PLAIN
        return layout, clean, True
    if layout is Layout.SUPABASE or (layout is None and _stands(root / "supabase")):
        return Layout.SUPABASE, SUPABASE_FOLDER, False
    found = detect(root)
    if (best := found.best(layout)) and best.layout:
        return best.layout, best.folder, True
    foreign = ", ".join(f"{each.tool} in {each.folder} ({each.note})" for each in found.found)
    raise FolderMissing(
        f"no folder of SQL migrations was found below {root}"
        + (f"; not supported: {foreign}" if foreign else ""),
        hint='Say where it is: migrations = "FOLDER" under [project] in airlock.toml.',
    )


# ---------------------------------------------------------------------------------- migrations


def _named(root: Path, folder: str, layout: Layout) -> tuple[list[Named], list[Skipped]]:
    """List the migrations folder: what the names say, and what is passed over, by name."""
    named: list[Named] = []
    skipped: list[Skipped] = []
    for number, (name, is_folder) in enumerate(_entries(root, folder)):
        path = _within(folder, name)
        inside = _inside(root / path, path, layout) if is_folder else None
        each = understand(name, layout=layout, inside=inside)
        if each is None and is_folder and name.lower().endswith(".sql"):
            files.read(root / path, path)  # says that it is a folder
        if layout is Layout.SUPABASE and number == 0 and _is_old_init(name):
            skipped.append(Skipped(path=path, reason=_OLD_INIT_REASON))
        elif each is not None:
            named.append(each)
        elif reason := _passed_over(name, inside, layout):
            skipped.append(Skipped(path=path, reason=reason))
    forward = {(each.version, each.name) for each in named if each.part is Part.UP}
    skipped += [
        Skipped(path=_within(folder, each.text), reason="it undoes a migration that is not here")
        for each in named
        if each.part is Part.DOWN and (each.version, each.name) not in forward
    ]
    return named, skipped


def _stands(path: Path) -> bool:
    """Whether something is there; what may not be looked at counts, since reading it says why."""
    try:
        return path.exists() or path.is_symlink()
    except OSError:
        return True


def _within(folder: str, name: str) -> str:
    return name if folder == "." else f"{folder}/{name}"


def _passed_over(name: str, inside: frozenset[str] | None, layout: Layout) -> str | None:
    """Return why a file or folder is not a migration, None where nobody would think it is."""
    if inside is None:
        return misnamed(name, layout) if name.lower().endswith(".sql") else None
    if name.startswith(".") or not any(child.endswith(".sql") for child in inside):
        return None
    if layout is Layout.SUPABASE:
        return "a sub-folder: in Supabase's layout only files of the folder itself are migrations"
    return "a sub-folder not of the form <digits>_<name> with an up.sql or migration.sql inside"


def _entries(root: Path, folder: str) -> list[tuple[str, bool]]:
    """List a folder by name: file or folder, links followed where they lead somewhere."""
    path = root / folder
    try:
        with os.scandir(path) as entries:
            return sorted((entry.name, _leads_to_folder(entry)) for entry in entries)
    except FileNotFoundError as error:
        fault: OSError = error
    except NotADirectoryError:
        raise ProjectError(
            f"{folder} is a file, where the migrations folder is expected",
            hint="Check `migrations` under [project] in airlock.toml.",
            where=Location(path=folder),
        ) from None
    except OSError as error:
        fault = error
    if isinstance(fault, FileNotFoundError) and not path.is_symlink():
        raise FolderMissing(f"there is no folder {folder} in {root}")
    raise files.unreadable(fault, path, folder)


def _leads_to_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads nowhere: reading it says so
        return False


def _inside(path: Path, shown: str, layout: Layout) -> frozenset[str]:
    """Return what is in a sub-folder; in Supabase's layout it does not matter if nobody knows."""
    try:
        return frozenset(os.listdir(path))  # noqa: PTH208 - names are wanted, not paths
    except OSError as error:
        fault = error
    if layout is Layout.SUPABASE:
        return frozenset()
    raise files.unreadable(fault, path, shown)


def _is_old_init(name: str) -> bool:
    match = _OLD_INIT.fullmatch(name)
    return match is not None and match[1] < _INIT_RUNS_SINCE


def _migration(
    root: Path, named: Named, path: str, rollback: str | None, *, layout: Layout, max_bytes: int
) -> Migration:
    raw = files.read(root / path, path, largest=max_bytes)
    if layout is Layout.PLAIN and (mark := two_way(raw)):
        raise _two_way_refused(path, raw, *mark)
    return Migration(
        version=named.version,
        name=named.name,
        path=path,
        raw=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
        rollback=rollback,
    )


def _two_way_refused(path: str, raw: bytes, tool: str, offset: int) -> ProjectError:
    """Refuse a file that would undo itself: all of it would run."""
    line = raw.count(b"\n", 0, offset) + 1
    return ProjectError(
        f"{path} holds both directions of a {tool} migration; Airlock runs whole files",
        hint="Move what follows this line into a file of the same name that ends in .down.sql.",
        where=Location(path=path, line=line, column=1),
    )


def rollback_path(project: Project, migration: Migration) -> str:
    """Return where the file that undoes a migration stands, or would, relative to the root."""
    if migration.rollback is not None:
        return migration.rollback
    if project.layout is Layout.PLAIN:
        for up, down in ((".up.sql", ".down.sql"), ("/up.sql", "/down.sql")):
            if migration.path.endswith(up):
                return migration.path.removesuffix(up) + down
    beside = PurePosixPath(project.folder).parent / _ROLLBACKS
    return (beside / PurePosixPath(migration.path).name).as_posix()


def _rollbacks(root: Path, folder: str, layout: Layout, named: Sequence[Named]) -> dict[str, str]:
    """Return which file undoes each forward file."""
    beside = (PurePosixPath(folder).parent / _ROLLBACKS).as_posix()
    try:
        there = set(os.listdir(root / beside))  # noqa: PTH208 - names are wanted, not paths
    except OSError:
        there = set()
    apart = {each.up: f"{beside}/{each.text}" for each in named if each.text in there}
    if layout is Layout.SUPABASE:
        return apart
    prefix = "" if folder == "." else f"{folder}/"
    downs = {
        (each.version, each.name): prefix + each.text for each in named if each.part is Part.DOWN
    }
    found: dict[str, str] = apart
    for each in named:
        if each.rule.folder and _stands(root / folder / each.down):
            found[each.up] = _within(folder, each.down)
        elif each.part is Part.UP and (down := downs.get((each.version, each.name))):
            found[each.up] = down
    return found


# --------------------------------------------------------------------------------------- seeds


def _seeds(root: Path, patterns: Sequence[str], max_bytes: int) -> Iterator[Seed]:
    """Read what the patterns match, in their order and by name within one, each file once."""
    seen: set[str] = set()
    for pattern in patterns:
        for path in sorted(_matches(root, pattern)):
            if path not in seen:
                seen.add(path)
                raw = files.read(root / path, path, largest=max_bytes, advice=_SPLIT)
                yield Seed(path=path, raw=raw, sha256=hashlib.sha256(raw).hexdigest())


def _matches(root: Path, pattern: str) -> list[str]:
    """Return the files of a pattern, relative to the root; a name that does not exist is none."""
    clean = os.path.normpath(pattern)
    if PurePosixPath(clean).is_absolute() or clean.startswith(".."):
        raise ProjectError(
            f"the seed {pattern} lies outside of the project",
            hint="Name seeds relative to the project's root, below it.",
        )
    if not _GLOB.search(clean):
        path = root / clean
        return [clean] if _stands(path) else []
    return [path.relative_to(root).as_posix() for path in root.glob(clean) if not path.is_dir()]
