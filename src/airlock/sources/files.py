"""Reading a SQL file: as it is, byte for byte, or not at all, with the reason."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path, PurePosixPath

from airlock.errors import Location, ProjectError

LARGEST = 16 * 1024 * 1024
"""Bytes: what a file may have at most."""
HOLDS_SCHEMA = (
    "A migration holds schema, not data: load rows with COPY from a file of their own, or as a "
    "seed for development."
)

_MIB = 1024 * 1024
_BINARY_SHARE = 100  # one NUL in so many bytes is no accident
_CONVERT = "Convert it: iconv -f {} -t UTF-8 {{}} > OUT.sql"
_STARTS = (
    (b"\0GITCRYPT\0", "is encrypted by git-crypt", "Unlock the checkout: git-crypt unlock"),
    (b"age-encryption.org/", "is encrypted by age", "Decrypt it: age -d -i KEY {} > OUT.sql"),
    (b"-----BEGIN AGE ENCRYPTED FILE-----", "is encrypted by age",
     "Decrypt it: age -d -i KEY {} > OUT.sql"),
    (b"-----BEGIN PGP MESSAGE-----", "is encrypted by PGP", "Decrypt it: gpg -d {} > OUT.sql"),
    (b"$ANSIBLE_VAULT;", "is encrypted by Ansible Vault",
     "Decrypt it: ansible-vault decrypt {}"),
    (b"version https://git-lfs.github.com/spec/", "is a Git LFS pointer: its text was not fetched",
     "Fetch it: git lfs pull"),
    (b"PGDMP", "is a pg_dump archive, not SQL text", "Turn it into SQL: pg_restore -f OUT.sql {}"),
    (b"Salted__", "is encrypted by OpenSSL", "Decrypt it with openssl enc -d and its cipher."),
    (b"\x1f\x8b", "is compressed by gzip", "Unpack it: gunzip -c {} > OUT.sql"),
    (b"PK\x03\x04", "is a ZIP archive", "Unpack it and keep the SQL file."),
    (b"\xff\xfe\0\0", "is UTF-32 (little-endian)", _CONVERT.format("UTF-32")),
    (b"\0\0\xfe\xff", "is UTF-32 (big-endian)", _CONVERT.format("UTF-32")),
    (b"\xff\xfe", "is UTF-16 (little-endian)", _CONVERT.format("UTF-16")),
    (b"\xfe\xff", "is UTF-16 (big-endian)", _CONVERT.format("UTF-16")),
)  # fmt: skip
_FIRST_BYTES = tuple(start for start, _, _ in _STARTS)


def read(path: Path, shown: str, *, largest: int = LARGEST, advice: str = HOLDS_SCHEMA) -> bytes:
    """Return a file's bytes, known to be UTF-8 without NUL; `shown` is its name for people.

    `advice` is what to do about a file that has more than `largest` bytes.

    Raises:
        ProjectError: it cannot be read, is no file, is too large, or is not SQL text.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise _no_file(shown, status.st_mode)
        if status.st_size > largest:
            raise _too_large(shown, status.st_size, largest, advice)
        with path.open("rb") as file:
            raw = file.read(status.st_size + 1)
    except OSError as error:
        raise unreadable(error, path, shown) from None
    check(raw, shown)
    return raw


def unreadable(error: OSError, path: Path, shown: str) -> ProjectError:
    """Say why a file or folder could not be opened."""
    what, hint = "cannot be read", "Check the file and its folder."
    match error.errno:
        case errno.EACCES | errno.EPERM:
            what = "may not be read by this user"
            hint = f"Give the right: chmod {_missing_right(path, shown)}"
        case errno.ENOENT if path.is_symlink():
            what = f"is a symbolic link to {path.readlink()}, which does not exist"
            hint = "Mend the link, or put the file itself there."
        case errno.ENOENT:
            what, hint = "does not exist", "Check the name; the file may have just been renamed."
        case errno.ELOOP:
            what = "is a symbolic link that leads back to itself"
            hint = "Remove the link and put the file itself there."
        case _:
            what += f": {os.strerror(error.errno or 0)}"
    return ProjectError(f"{shown} {what}", hint=hint, where=Location(path=shown))


def _missing_right(path: Path, shown: str) -> str:
    """Return what chmod is to be told: of the outermost folder that is shut, else of the file."""
    shut = [
        label
        for folder, label in zip(path.parents, PurePosixPath(shown).parents[:-1], strict=False)
        if not os.access(folder, os.X_OK)
    ]
    if shut:
        return f"u+rx {shut[-1]}"
    return f"u+rx {shown}" if path.is_dir() else f"u+r {shown}"


def _no_file(shown: str, mode: int) -> ProjectError:
    what = "a folder" if stat.S_ISDIR(mode) else "a device, pipe or socket"
    return ProjectError(
        f"{shown} is {what}, where a SQL file is expected",
        hint="Move it out of the migrations folder, or rename it.",
        where=Location(path=shown),
    )


def _too_large(shown: str, size: int, largest: int, advice: str) -> ProjectError:
    return ProjectError(
        f"{shown} has {size / _MIB:.1f} MiB; the limit is {largest / _MIB:.0f} MiB",
        hint=advice,
        where=Location(path=shown),
    )


def check(raw: bytes, shown: str) -> None:
    """Make sure that bytes are SQL text that Postgres can be sent.

    Raises:
        ProjectError: they are encrypted, in another encoding, binary, or hold a NUL.
    """
    if raw.startswith(_FIRST_BYTES):
        _, what, hint = next(start for start in _STARTS if raw.startswith(start[0]))
        raise ProjectError(f"{shown} {what}", hint=hint.format(shown), where=Location(path=shown))
    if raw.startswith(b"{") and b'"sops"' in raw and b"ENC[" in raw:
        raise ProjectError(
            f"{shown} is encrypted by sops",
            hint=f"Decrypt it: sops -d {shown} > OUT.sql",
            where=Location(path=shown),
        )
    if (nul := raw.find(b"\0")) >= 0:
        raise _with_nul(raw, nul, shown)
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        fault = error
    else:
        return
    raise _not_utf8(raw, fault.start, shown)


def _place(raw: bytes, offset: int, shown: str) -> Location:
    """Turn an offset in bytes into line and column; what stands before it is UTF-8."""
    line_start = raw.rfind(b"\n", 0, offset) + 1
    return Location(
        path=shown,
        line=raw.count(b"\n", 0, offset) + 1,
        column=len(raw[line_start:offset].decode(errors="replace")) + 1,
    )


def _with_nul(raw: bytes, offset: int, shown: str) -> ProjectError:
    count = raw.count(b"\0")
    if count * 3 > len(raw):
        return ProjectError(
            f"{shown} is UTF-16 without a byte-order mark, or binary",
            hint=f"If it is text, convert it: iconv -f UTF-16LE -t UTF-8 {shown} > OUT.sql",
            where=Location(path=shown),
        )
    if count > 1 and (count * _BINARY_SHARE > len(raw) or not _is_utf8(raw)):
        return ProjectError(
            f"{shown} is binary, not SQL text: {count} of its {len(raw)} bytes are NUL",
            hint="Put the SQL file there, or move this one out of the migrations folder.",
            where=Location(path=shown),
        )
    where = _place(raw, offset, shown)
    return ProjectError(
        f"{shown} holds a NUL byte at byte {offset} (line {where.line}); "
        "Postgres takes no text with one",
        hint="Remove it; in a string, write what it stands for with decode('…', 'hex').",
        where=where,
    )


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _not_utf8(raw: bytes, offset: int, shown: str) -> ProjectError:
    where = _place(raw, offset, shown)
    if offset + 4 > len(raw) and raw[offset] >= 0xC2:  # noqa: PLR2004 - starts a character
        likely, hint = "the file ends inside a character", "Restore the end of the file."
    else:
        likely = "it is probably Windows-1252 or Latin-1"
        hint = f"If so: iconv -f WINDOWS-1252 -t UTF-8 {shown} > OUT.sql"
    return ProjectError(
        f"{shown} is not UTF-8: byte 0x{raw[offset]:02X} at byte {offset} (line {where.line}); "
        f"{likely}",
        hint=hint,
        where=where,
    )
