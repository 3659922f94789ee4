"""Dumps compared: two of equal schemas are equal, however their statements are ordered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import unified_diff

from airlock.model.script import PieceKind
from airlock.sources.lexing import Token, cuts, tokens

_SETTING = re.compile(r"SET (?:(SESSION AUTHORIZATION)|(\w+) =) (.*)", re.DOTALL)
_QUIET = re.compile(r"(?:SET|RESET|SELECT pg_catalog\.set_config)\b")
_HAS_COLUMNS = re.compile(r"CREATE (?:UNLOGGED |FOREIGN )?TABLE\b")
_HAS_PLACE = re.compile(
    r"CREATE (?:UNLOGGED )?TABLE|CREATE MATERIALIZED|CREATE .*INDEX|ALTER TABLE"
)
_COLUMNS_BY_NUMBER = re.compile(
    r"(ALTER PUBLICATION \S+ ADD TABLE (?:ONLY )?\S+ \()([^()]*)(\).*)"
    r"|(CREATE STATISTICS [^;]*? ON )([\w$\", ]+)( FROM .*)",
    re.DOTALL,
)
_HAS_VALUES = re.compile(
    r"(?:CREATE|ALTER) (?:SERVER|USER MAPPING|FOREIGN|SUBSCRIPTION)\b.*"
    r"(?:\bOPTIONS \(|\bCONNECTION ')",
    re.DOTALL,
)
_MAPPING = re.compile(r"(CREATE USER MAPPING FOR .*? SERVER .*?) OPTIONS \(.*", re.DOTALL)
_DEFAULTS = {"default_tablespace": "''", "default_table_access_method": "heap"}
_WORDS_OF_A_SUBJECT = 4


def normalised(text: str) -> tuple[str, ...]:
    """Return the statements of a dump in one order, without comments and session settings.

    The columns of a table are in one order, too. What a setting means for a statement, such as a
    tablespace or who grants, is noted at its end. Values of options of foreign objects are left
    out: they can be secrets. So are the options of user mappings, which few may see.
    """
    reader = _Reader()
    pieces = (text[start:end] for kind, start, end in cuts(text) if kind is PieceKind.STATEMENT)
    return tuple(sorted(filter(None, map(reader.read, pieces))))


def difference(old: Sequence[str], new: Sequence[str]) -> tuple[str, ...]:
    """Return what differs between two normalised dumps, an object's statement each.

    A statement that only changed is shown as lines with `-` and `+`.
    """
    before, after = Counter(old), Counter(new)
    gone = _by_subject((before - after).elements())
    come = _by_subject((after - before).elements())
    return tuple(
        text
        for subject in sorted(gone.keys() | come.keys())
        for text in _changes(gone.get(subject, []), come.get(subject, []))
    )


@dataclass(slots=True)
class _Reader:
    """Reads statement after statement, and remembers what is set between them."""

    settings: dict[str, str] = field(default_factory=dict)

    def read(self, statement: str) -> str:
        """Return a statement in its one form; empty for one that makes nothing."""
        if found := _SETTING.match(statement):
            self.settings[found[2] or "grantor"] = found[3]
            return ""
        if statement == "RESET SESSION AUTHORIZATION":
            self.settings.pop("grantor", None)
        if _QUIET.match(statement):
            return ""
        if found := _MAPPING.fullmatch(statement):
            # Whether there are any at all depends on who looks.
            statement = found[1]
        elif _HAS_VALUES.match(statement):
            statement = _without_values(statement)
        if _HAS_COLUMNS.match(statement):
            statement = _in_order(statement)
        elif found := _COLUMNS_BY_NUMBER.fullmatch(statement):
            head, columns, tail = filter(None, found.groups())
            statement = head + ", ".join(sorted(columns.split(", "))) + tail
        return statement + "".join(self._notes(statement))

    def _notes(self, statement: str) -> Iterator[str]:
        if _HAS_PLACE.match(statement):
            for name, default in _DEFAULTS.items():
                value = self.settings.get(name, default)
                if value != default:
                    yield f" -- {name} {value}"
        if grantor := self.settings.get("grantor"):
            yield f" -- granted by {grantor}"


def _in_order(statement: str) -> str:
    """Return CREATE TABLE with the lines between its parentheses sorted."""
    start = statement.find("(\n")
    if start < 0:
        return statement
    head, body = statement[: start + 1], statement[start + 1 :]
    end = body.rfind("\n)")
    if "'" in body or '"' in body:
        elements, end = _elements(body)
    else:
        elements = body[:end].split(",\n")
    lines = sorted(element.strip("\n") for element in elements if element.strip())
    # A comma after each, so that one more at the end is one line of a difference.
    return f"{head}\n" + "".join(f"{line},\n" for line in lines) + body[end:].lstrip("\n")


def _elements(body: str) -> tuple[list[str], int]:
    """Cut the inside of parentheses at its commas; return where they close, too."""
    elements, depth, start = [], 0, 0
    for kind, begin, stop in tokens(body, 0):
        if kind is not Token.MARK:
            continue
        mark = body[begin:stop]
        if mark in ("(", "["):
            depth += 1
        elif mark == ")" and depth == 0:
            elements.append(body[start:begin])
            return elements, begin
        elif mark in (")", "]"):
            depth -= 1
        elif mark == "," and depth == 0:
            elements.append(body[start:begin])
            start = stop
    return [*elements, body[start:]], len(body)


def _without_values(statement: str) -> str:
    """Put a sign in the place of every string behind OPTIONS ( or CONNECTION."""
    found, position = [], 0
    inside, word = 0, ""
    for kind, begin, stop in tokens(statement, 0):
        part = statement[begin:stop]
        if kind is Token.WORD:
            word = part
        elif part == "(":
            inside += inside > 0 or word == "OPTIONS"
        elif part == ")":
            inside -= inside > 0
        elif kind in (Token.STRING, Token.ESCAPED) and (inside or word == "CONNECTION"):
            found += [statement[position:begin], "'…'"]
            position = stop
    return "".join(found) + statement[position:]


def _by_subject(statements: Iterable[str]) -> dict[str, list[str]]:
    """Group statements by what they are about: their first words."""
    found: dict[str, list[str]] = {}
    for statement in statements:
        words = re.split(r"[\s(]+", statement, maxsplit=_WORDS_OF_A_SUBJECT)
        subject = " ".join(words[:_WORDS_OF_A_SUBJECT])
        found.setdefault(subject, []).append(statement)
    return found


def _changes(gone: Sequence[str], come: Sequence[str]) -> Iterator[str]:
    """Yield the differences of one subject."""
    if len(gone) == len(come) == 1:
        before, after = gone[0].splitlines(), come[0].splitlines()
        diff = unified_diff(before, after, lineterm="", n=1)
        lines = [line for line in list(diff)[2:] if not line.startswith("@@")]
        if lines[0][1:] not in (before[0], after[0]):
            lines.insert(0, f" {before[0]}")
        yield "\n".join(lines)
        return
    for sign, statements in (("-", gone), ("+", come)):
        for statement in statements:
            yield "\n".join(f"{sign}{line}" for line in statement.splitlines())
