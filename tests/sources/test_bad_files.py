from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from trees import FOLDER, paths, supabase, write

from airlock.errors import ProjectError
from airlock.model.migration import Layout
from airlock.sources.project import FolderMissing, locate, read_project


def refusal(root: Path, name: str, content: bytes) -> ProjectError:
    with pytest.raises(ProjectError) as caught:
        supabase(root, {name: content})
    return caught.value


def test_not_utf8(tmp_path: Path) -> None:
    error = refusal(tmp_path, "1_a.sql", "select 1;\n-- größe\n".encode("latin-1"))
    assert "is not UTF-8: byte 0xF6 at byte 15 (line 2)" in error.message
    assert "Windows-1252" in error.message
    assert str(error.where) == f"{FOLDER}/1_a.sql:2:6"
    assert "iconv" in str(error.hint)


def test_a_file_that_ends_inside_a_character(tmp_path: Path) -> None:
    error = refusal(tmp_path, "1_a.sql", "-- größe".encode()[:6])
    assert "ends inside a character" in error.message


@pytest.mark.parametrize(
    ("content", "message", "hint"),
    [
        (b"\0GITCRYPT\0\x12\x80", "encrypted by git-crypt", "git-crypt unlock"),
        (b"age-encryption.org/v1\n-> X25519", "encrypted by age", "age -d"),
        (b"-----BEGIN AGE ENCRYPTED FILE-----\n", "encrypted by age", "age -d"),
        (b"-----BEGIN PGP MESSAGE-----\n", "encrypted by PGP", "gpg -d"),
        (b"$ANSIBLE_VAULT;1.1;AES256\n", "Ansible Vault", "ansible-vault"),
        (b'{"data":"ENC[AES256_GCM,data:x]","sops":{}}', "encrypted by sops", "sops -d"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "Git LFS pointer", "git lfs pull"),
        (b"PGDMP\x01\x0e", "a pg_dump archive", "pg_restore"),
        (b"\x1f\x8b\x08\0", "compressed by gzip", "gunzip"),
        (b"Salted__\x8a\x01", "encrypted by OpenSSL", "openssl enc -d"),
        (b"PK\x03\x04", "a ZIP archive", "Unpack"),
        ("select 1".encode("utf-16"), "UTF-16 (little-endian)", "iconv -f UTF-16"),
        (b"\xfe\xff" + "select 1".encode("utf-16-be"), "UTF-16 (big-endian)", "iconv"),
        ("select 1".encode("utf-32"), "UTF-32 (little-endian)", "iconv -f UTF-32"),
        ("select 1".encode("utf-16-le"), "UTF-16 without a byte-order mark", "iconv"),
        (bytes(range(16)) * 5, "is binary, not SQL text: 5 of its 80 bytes are NUL", "Put the SQL"),
        (
            b"\xe9 text " * 99 + b"\0 \0",
            "is binary, not SQL text: 2 of its 696 bytes",
            "Put the SQL",
        ),
    ],
)
def test_encrypted_and_binary_files(
    tmp_path: Path, content: bytes, message: str, hint: str
) -> None:
    error = refusal(tmp_path, "1_a.sql", content)
    assert message in error.message
    assert hint in str(error.hint)
    assert error.message.startswith(f"{FOLDER}/1_a.sql ")


def test_a_nul_byte_has_its_line(tmp_path: Path) -> None:
    content = b"select 1;\n" * 200 + "select 'é\0';\n".encode()
    error = refusal(tmp_path, "1_a.sql", content)
    assert "holds a NUL byte at byte 2010 (line 201)" in error.message
    assert str(error.where) == f"{FOLDER}/1_a.sql:201:10"


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    write(tmp_path, {f"{FOLDER}/1_a.sql": ""})
    with (tmp_path / FOLDER / "1_a.sql").open("r+b") as file:
        file.truncate(50 * 1024 * 1024)
    with pytest.raises(ProjectError, match=r"has 50\.0 MiB; the limit is 16 MiB") as caught:
        read_project(tmp_path)
    assert "schema, not data" in str(caught.value.hint)
    write(tmp_path, {f"{FOLDER}/1_a.sql": "", "supabase/seed.sql": "x" * 200})
    with pytest.raises(ProjectError, match=r"supabase/seed.sql has") as caught:
        read_project(tmp_path, max_bytes=100)
    assert "Split it" in str(caught.value.hint)


def test_a_folder_where_a_file_is_expected(tmp_path: Path) -> None:
    (tmp_path / FOLDER / "1_a.sql").mkdir(parents=True)
    with pytest.raises(ProjectError, match=r"1_a\.sql is a folder"):
        read_project(tmp_path)


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir(parents=True)
    os.mkfifo(tmp_path / FOLDER / "1_a.sql")
    with pytest.raises(ProjectError, match="device, pipe or socket"):
        read_project(tmp_path)


def test_links_that_lead_nowhere_and_in_circles(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    link = folder / "1_a.sql"
    link.symlink_to("gone.sql")
    with pytest.raises(ProjectError, match=r"link to gone\.sql, which does not exist"):
        read_project(tmp_path)
    link.unlink()
    link.symlink_to("1_a.sql")
    with pytest.raises(ProjectError, match="leads back to itself"):
        read_project(tmp_path)
    link.unlink()
    folder.rmdir()
    folder.symlink_to("migrations")
    with pytest.raises(ProjectError, match="leads back to itself"):
        read_project(tmp_path, folder=FOLDER)
    folder.unlink()
    folder.symlink_to("gone")
    with pytest.raises(ProjectError, match="link to gone, which does not exist"):
        read_project(tmp_path, folder=FOLDER)


def test_links_that_lead_somewhere_are_followed(tmp_path: Path) -> None:
    write(tmp_path, {"elsewhere/1_a.sql": "select 1"})
    (tmp_path / "supabase").mkdir()
    (tmp_path / FOLDER).symlink_to("../elsewhere")
    assert paths(read_project(tmp_path)) == ["1_a.sql"]


def test_folders_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(FolderMissing, match="there is no folder db in") as caught:
        read_project(tmp_path, layout=Layout.PLAIN, folder="db")
    assert "airlock new" in str(caught.value.hint)
    with pytest.raises(FolderMissing, match="no folder of SQL migrations"):
        read_project(tmp_path)
    with pytest.raises(FolderMissing):
        read_project(tmp_path, layout=Layout.SUPABASE)
    write(tmp_path, {"db": "a file"})
    with pytest.raises(ProjectError, match="db is a file"):
        read_project(tmp_path, folder="db")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that another user can reach, unlike pytest's."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    for path in (folder / "supabase", folder / FOLDER, folder / FOLDER / "1_a.sql"):
        path.chmod(0o755)
    shutil.rmtree(folder)


def as_ordinary_user(function: Callable[[], object]) -> str:
    """Run a function in a child that is not root; return the error's message and hint."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        said = "no error"
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            function()
        except ProjectError as error:
            said = f"{error.message} | {error.hint}"
        except BaseException as error:  # the parent says what it was
            said = repr(error)
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode()
    os.waitpid(child, 0)
    return said


def test_what_this_user_may_not_read(open_folder: Path) -> None:
    project = write(open_folder, {f"{FOLDER}/1_a.sql": "select 1"})
    file, folder = project / FOLDER / "1_a.sql", project / FOLDER
    assert as_ordinary_user(lambda: read_project(project)) == "no error"
    file.chmod(0)
    said = as_ordinary_user(lambda: read_project(project))
    assert said == (
        f"{FOLDER}/1_a.sql may not be read by this user | Give the right: "
        f"chmod u+r {FOLDER}/1_a.sql"
    )
    folder.chmod(0)
    said = as_ordinary_user(lambda: read_project(project, folder=FOLDER))
    assert said == f"{FOLDER} may not be read by this user | Give the right: chmod u+rx {FOLDER}"
    (project / "supabase").chmod(0)
    said = as_ordinary_user(lambda: read_project(project))
    assert said == f"{FOLDER} may not be read by this user | Give the right: chmod u+rx supabase"
    assert "no project here" in as_ordinary_user(lambda: locate(project / "supabase"))
