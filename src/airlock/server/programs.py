"""A build made ready to serve: with the shims, and where its user can read it."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from airlock.server.builds import Build
from airlock.server.files import copy_tree, locked, partial_folder
from airlock.server.home import disk_errors
from airlock.server.quarters import Quarters
from airlock.server.wheels import missing_libraries

_FIRST_CONTROL_PATH = 18
"""Before this version extensions lie in the share directory and nowhere else."""

_MODULE = re.compile(r"^\s*module_pathname\s*=\s*'\$libdir/([^']+)'", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """What a server is started with.

    `shims` is a folder made by `copy_shims`, or None where they lie in the share directory.
    """

    postgres: Path
    initdb: Path
    shims: Path | None


def programs(build: Build, *, quarters: Quarters, shims_id: str) -> Programs:
    """Return the programs of `build`, copied first where they cannot be used in place.

    `shims_id` changes with the content of the shims, and so do the copies.
    """
    bindir = build.bindir
    shims: Path | None = None
    folder = quarters.folder("programs")
    with locked(quarters.home.run / "programs.lock"):
        if not all(map(quarters.privilege.can_read, _folders(build))):
            bindir = _whole_copy(build, folder / f"{build.id}-whole-{shims_id}")
        elif build.major < _FIRST_CONTROL_PATH:
            return Programs(
                postgres=_own_share(build, folder / f"{build.id}-{shims_id}") / "postgres",
                initdb=bindir / "initdb",
                shims=None,
            )
        if build.major >= _FIRST_CONTROL_PATH:
            shims = _shims_copy(folder / f"shims-{shims_id}")
    return Programs(postgres=bindir / "postgres", initdb=bindir / "initdb", shims=shims)


def _folders(build: Build) -> tuple[Path, ...]:
    folders = (build.bindir / "postgres", build.bindir, build.sharedir, build.libdir)
    return tuple(path for path in folders if path is not None)


def _common(build: Build) -> Path:
    """Return the folder that the build's folders share; Postgres finds them relative to it."""
    return Path(os.path.commonpath([p for p in _folders(build) if p != build.bindir / "postgres"]))


def _shims_copy(target: Path) -> Path:
    """Return a copy of the shims that stays where it is when the package moves."""
    from airlock.server.shims import copy_shims  # noqa: PLC0415 - a running server needs none

    if not target.is_dir():
        with partial_folder(target) as partial, disk_errors(f"{target} cannot be made"):
            copy_shims(partial)
            _open_to_all(partial)
    return target


def _own_share(build: Build, target: Path) -> Path:
    """Return a program folder whose share directory is our own and holds the shims.

    Postgres looks for its files relative to its own real path, links resolved, in the layout
    that it was compiled with. So the program is a hard link or a copy, the modules are a link.
    """
    from airlock.server.shims import install_shims  # noqa: PLC0415 - needed on 14 to 17 alone

    root = _common(build)
    if not target.is_dir():
        with partial_folder(target) as partial, disk_errors(f"{target} cannot be made"):
            bindir = partial / build.bindir.relative_to(root)
            bindir.mkdir(parents=True)
            _link_or_copy(build.bindir / "postgres", bindir / "postgres")
            share = partial / build.sharedir.relative_to(root)
            shutil.copytree(build.sharedir, share, dirs_exist_ok=True)
            if build.libdir is not None:
                _link_modules(build.libdir, partial / build.libdir.relative_to(root))
            _remove_broken(share, build.libdir)
            install_shims(share)
            _open_to_all(partial)
    return target / build.bindir.relative_to(root)


def _whole_copy(build: Build, target: Path) -> Path:
    """Return the program folder of a copy that everybody can read.

    Wheels keep shared libraries in a folder beside the package (`NAME.libs`), which the
    programs look for relative to themselves.
    """
    from airlock.server.shims import install_shims  # noqa: PLC0415 - for root alone

    root = _common(build)
    inside = Path(root.parent.name) / root.name
    if not target.is_dir():
        with partial_folder(target) as partial, disk_errors(f"{target} cannot be made"):
            (partial / inside.parent).mkdir()
            copy_tree(root, partial / inside)
            libraries = root.parent.with_name(f"{root.parent.name}.libs")
            if libraries.is_dir():
                copy_tree(libraries, partial / libraries.name)
            if build.major < _FIRST_CONTROL_PATH:
                share = partial / inside / build.sharedir.relative_to(root)
                _remove_broken(share, build.libdir)
                install_shims(share)
            _open_to_all(partial)
    return target / inside / build.bindir.relative_to(root)


def _remove_broken(share: Path, libdir: Path | None) -> None:
    """Remove the extensions whose modules want libraries that this machine lacks.

    A stand-in, where there is one, then takes the place of what would fail.
    """
    if libdir is None:
        return
    broken = missing_libraries(sorted(libdir.glob("*.so")))
    for control in (share / "extension").glob("*.control"):
        module = _MODULE.search(control.read_text(errors="replace"))
        if module and libdir / f"{module[1]}.so" in broken:
            control.unlink()


def _link_modules(libdir: Path, target: Path) -> None:
    """Make the modules appear at `target`, where a part of the share directory may be already."""
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(libdir)
        return
    for entry in libdir.iterdir():
        if not (target / entry.name).exists():
            (target / entry.name).symlink_to(entry)


def _link_or_copy(source: Path, target: Path) -> None:
    with contextlib.suppress(OSError):
        target.hardlink_to(source)
        return
    shutil.copy2(source, target)


def _open_to_all(root: Path) -> None:
    """Let everybody read a tree, as programs lie in /usr; what links point to stays as it is."""
    _allow(root, 0o755)
    for folder, folders, files in os.walk(root):
        for path in (Path(folder) / name for name in (*folders, *files)):
            if not path.is_symlink():
                runs = path.is_dir() or path.stat().st_mode & 0o100
                _allow(path, 0o755 if runs else 0o644)


def _allow(path: Path, mode: int) -> None:
    # A hard link to a system's file has its mode, which only root could set.
    if path.stat().st_mode & mode != mode:
        path.chmod(mode)
