from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from airlock.errors import ServerError
from airlock.server.home import Home, disk_errors, private_folder

NOBODY = 65534


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_home_is_created_with_its_parents_and_is_private(tmp_path: Path) -> None:
    home = Home.open(tmp_path / "a" / "b")
    assert mode(home.path) == 0o700
    for folder in (home.servers, home.pristine, home.builds, home.run):
        assert folder.parent == home.path
        assert mode(folder) == 0o700


def test_a_home_that_is_open_to_others_is_closed(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o755)
    assert mode(Home.open(tmp_path / "home").path) == 0o700


def test_two_homes_have_different_folders_outside(tmp_path: Path) -> None:
    one, two = Home.open(tmp_path / "one"), Home.open(tmp_path / "two")
    assert one.short() != two.short()
    assert len(str(one.short() / "environments" / ".s.PGSQL.54329.lock")) < 107


def test_a_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    home = Home.open(tmp_path / "home")
    key = home.key("redaction")
    assert len(key) == 64
    assert home.key("redaction") == Home.open(home.path).key("redaction") == key
    assert home.key("other") != key
    assert Home.open(tmp_path / "elsewhere").key("redaction") != key
    place = home.path / "redaction.key"
    assert mode(place) == 0o600
    place.chmod(0o644)
    assert home.key("redaction") == key
    assert mode(place) == 0o600
    assert sorted(path.name for path in home.path.iterdir()) == ["other.key", "redaction.key"]


def test_a_key_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    home = Home.open(tmp_path / "home")
    (home.path / "redaction.key").mkdir()
    with pytest.raises(ServerError, match=r"the key .* cannot be made or read"):
        home.key("redaction")


@pytest.mark.parametrize("name", ["a:b", "a\nb"])
def test_a_path_that_postgres_cannot_take_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ServerError, match="a colon or a line break"):
        Home.open(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_file_is_no_home(tmp_path: Path) -> None:
    path = tmp_path / "home"
    path.write_text("")
    with pytest.raises(ServerError, match="is a file") as caught:
        Home.open(path)
    assert "AIRLOCK_HOME" in (caught.value.hint or "")


def test_a_home_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ServerError, match="cannot be created: Not a directory") as caught:
        Home.open(tmp_path / "file" / "home")
    assert "a part of the path is a file" in (caught.value.hint or "").lower()


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file system that nobody can write")
def test_a_home_that_cannot_be_created_is_refused() -> None:
    with pytest.raises(ServerError, match="cannot be created"):
        Home.open(Path("/proc/self/airlock"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_the_home_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    os.chown(tmp_path / "home", NOBODY, NOBODY)
    with pytest.raises(ServerError, match=f"belongs to uid {NOBODY}, and this is uid 0"):
        Home.open(tmp_path / "home")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount")
def test_a_home_on_a_disk_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    mount = ["mount", "-t", "tmpfs", "-o", "ro", "airlock-test", str(tmp_path)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine does not let root mount")
    try:
        with pytest.raises(ServerError, match=r"Read-only file system|cannot be written"):
            Home.open(tmp_path)
        with pytest.raises(ServerError, match="cannot be created: Read-only file system"):
            Home.open(tmp_path / "home")
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


def test_a_private_folder_is_made_once(tmp_path: Path) -> None:
    folder = private_folder(tmp_path / "folder")
    assert private_folder(folder) == folder
    assert mode(folder) == 0o700


def test_a_link_in_place_of_a_private_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "folder").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ServerError, match="is not a folder"):
        private_folder(tmp_path / "folder")


def test_a_private_folder_that_others_can_enter_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir(mode=0o755)
    with pytest.raises(ServerError, match="is open to others"):
        private_folder(tmp_path / "folder")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_private_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    private_folder(tmp_path / "folder")
    os.chown(tmp_path / "folder", NOBODY, NOBODY)
    with pytest.raises(ServerError, match=f"belongs to uid {NOBODY}"):
        private_folder(tmp_path / "folder")
    assert private_folder(tmp_path / "folder", owner=NOBODY)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_a_full_disk_is_named() -> None:
    with (
        pytest.raises(ServerError, match="it broke: No space left on device") as caught,
        disk_errors("it broke"),
    ):
        Path("/dev/full").write_text("x")
    assert "free some space" in (caught.value.hint or "").lower()
