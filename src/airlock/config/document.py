"""A TOML file as a tree, with the line of each key; faults name file, line and column."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from airlock.errors import ConfigError, Location

_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_TABLE = re.compile(r"\s*\[\[?\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(
    r"""\s*((?:[\w.-]|"[^"]*"|'[^']*')+(?:\s*\.\s*(?:[\w-]|"[^"]*"|'[^']*')+)*)\s*="""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file that was read. `name` is how messages call it, relative to the root."""

    name: str
    tree: Mapping[str, object]
    lines: Mapping[str, int]
    """Dotted path of a table or key to the line where it stands."""

    def where(self, path: str) -> Location:
        """Return the place of a key, or of the nearest table around it."""
        while path and path not in self.lines:
            path = path.rpartition(".")[0]
        return Location(path=self.name, line=self.lines.get(path))

    def origin(self, path: str) -> str:
        """Return the place of a key in one word: `airlock.toml:12`."""
        return str(self.where(path))

    def fault(self, path: str, what: str, hint: str | None = None) -> ConfigError:
        """Return the error for a key that cannot be used."""
        return ConfigError(what, hint=hint, where=self.where(path))


def read(path: Path, *, name: str) -> Document:
    """Read a TOML file.

    Raises:
        ConfigError: it cannot be read, is not UTF-8 or is not TOML. No text of the file is quoted,
            since a URL with a password may stand in it.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"{name} cannot be read: {error.strerror or 'unknown reason'}",
            hint="Move the folder away and put the file there."
            if path.is_dir()
            else f"Check the rights of {path}.",
            where=Location(path=name),
        ) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            f"{name} is not UTF-8: byte 0x{raw[error.start]:02x} means nothing there",
            hint="Save the file as UTF-8.",
            where=Location(path=name, line=line),
        ) from None
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        fault = _syntax_fault(str(error), text, name)
    else:
        return Document(name=name, tree=tree, lines=_lines(text))
    raise fault


def _syntax_fault(message: str, text: str, name: str) -> ConfigError:
    place = _PLACE.search(message)
    line = column = None
    if place and place[1]:
        line, column = int(place[1]), int(place[2])
    elif place:
        line = max(1, len(text.splitlines()))
    what = _PLACE.sub("", message)
    return ConfigError(
        f"{name} is not valid TOML: {what[:1].lower()}{what[1:]}",
        hint="Strings need quotes, tables are written [name]; see https://toml.io.",
        where=Location(path=name, line=line, column=column),
    )


def _lines(text: str) -> dict[str, int]:
    """Find where keys stand, for messages; a key inside a multi-line string may be listed too."""
    found: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _TABLE.match(line):
            table = _dotted(header[1])
            for end in [*(dot.start() for dot in re.finditer(r"\.", table)), len(table)]:
                found.setdefault(table[:end], number)
        elif key := _KEY.match(line):
            path = _dotted(key[1])
            found.setdefault(f"{table}.{path}" if table else path, number)
    return found


def _dotted(text: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in text.split("."))
