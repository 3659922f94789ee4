"""What a rule is, and what it says.

A rule is a module of `rules/` that ends with `RULE = Rule(…)`. Its file's name carries its code and
name, its docstring is its page; see `pages`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, IntEnum, StrEnum
from typing import NamedTuple

from airlock.checks.act import Act, Context, File
from airlock.checks.syntax import Name
from airlock.model.catalog import Catalog
from airlock.model.finding import Level
from airlock.model.node import Id


class Theme(IntEnum):
    """What a rule is about; the hundreds of its code."""

    HYGIENE = 0
    LOCKS = 1
    DATA_LOSS = 2
    COMPATIBILITY = 3
    CONSTRAINTS = 4
    TYPES = 5
    ROW_SECURITY = 6
    ROUTINES_AND_RIGHTS = 7
    REPEATABILITY = 8
    EXPOSURE = 9


class Knows(StrEnum):
    """What a file can say of a relation that settles a question of another file."""

    MADE = "made"
    """It is created."""
    RENAMED = "renamed"
    """It has got this name, or this schema, from another file's or its own; `more` says which
    name it had, the schema before a dot."""
    ROW_SECURITY = "row security"
    """Row-level security is enabled."""
    FORCED = "forced"
    """Row-level security counts for its owner, too."""
    POLICY = "policy"
    """It gets a permissive policy."""
    GRANT = "grant"
    """Something is granted on it, or on all tables of its schema where the name is empty."""
    REVOKE = "revoke"
    """Something is taken from everybody: `more` says from whom. A routine counts without the
    types of its parameters; all of a schema has an empty name."""
    ROUTINE = "routine"
    """It is a function that is created."""
    SEARCH_PATH = "search path"
    """It is a function that gets a search_path of its own."""
    INVOKER = "invoker"
    """It is a view that reads with the rights of who asks."""
    PRIMARY_KEY = "primary key"
    """It gets its primary key."""
    INDEX = "index"
    """It gets an index; `more` names the first column of one that has all rows."""
    NOT_NULL = "not null"
    """A column, which `more` names, becomes NOT NULL."""
    FILLED = "filled"
    """A column, which `more` names, is made NOT NULL, or as a part of the primary key."""
    NOT_NULL_CHECK = "not null check"
    """A CHECK says that a column, which `more` names, holds no null."""
    CHECK = "check"
    """It gets a CHECK."""


class Fact(NamedTuple):
    """One such thing about one relation; `more` says which column, role and the like."""

    knows: Knows
    name: Name
    more: str = ""


class Mend(Enum):
    """Whether `airlock check --fix` may make the edits of a hit."""

    SAFE = "safe"
    """What the file makes stays the same."""
    UNSAFE = "unsafe"
    """What the file makes changes, as the rule's page says: only with --unsafe-fixes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Text that takes the place of the file's characters from `start` up to `end`."""

    start: int
    end: int
    text: str


def edited(act: Act, *edits: Edit) -> str:
    """Return an act's text with edits made to it, closed by a semicolon: the `fix` of a hit."""
    text, end = act.file.text, act.start + len(act.text)
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
        end += len(edit.text) - (edit.end - edit.start)
    return text[act.start + act.lead : end].rstrip().rstrip(";") + ";"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """What a rule says about an act or a file.

    `at` is a place in the file in characters; without one it is the act's own start.
    """

    message: str
    at: int | None = None
    length: int | None = None
    """Characters to underline; without it the word at that place."""
    table: Name | None = None
    """The relation that it is about: it is spared where that is new, if the rule says so, and
    matters less where that is known to be small."""
    subject: str = ""
    """What tells it from another hit of the rule in one statement, for its key."""
    level: Level | None = None
    """Where it matters less than the rule in general."""
    why: str | None = None
    """In place of the page's own words."""
    fix: str | None = None
    """What to write instead, in the user's names."""
    edits: tuple[Edit, ...] = ()
    mend: Mend = Mend.SAFE
    unless: tuple[Fact, ...] = ()
    """It says nothing where any of these is so after all pending files."""
    words: tuple[str, ...] = ()
    """Where it becomes a flaw of a schema, those of that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """What a rule says about a schema; `subject` is what it is about.

    `table` and `words` find its place in the files where Postgres has chosen the name.
    """

    subject: Id
    message: str
    level: Level | None = None
    why: str | None = None
    fix: str | None = None
    table: Name | None = None
    """The table of an object whose name does not say it, such as an index."""
    words: tuple[str, ...] = ()
    """What its statement says for sure, such as a key's columns; its place is that of the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """A schema to be judged as it stands."""

    catalog: Catalog
    context: Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that can be wrong.

    Of `act`, `file` and `schema` a rule has one or more. Where it has `schema` and a server could
    be asked, what the schema says counts, and the text is not looked at.
    """

    level: Level
    peers: tuple[str, ...]
    """The rules of other tools that mean the same, as `tool/rule`; empty where none has it."""
    on: tuple[str, ...] = ()
    """The kinds of act that `act` is for; all where it is empty."""
    words: frozenset[str] = frozenset()
    """Keywords or names, in lower case, of which a text must hold one for the rule to have
    anything to say: of an act's text for `act`, of the whole file's for `file`. Where the text
    may spell a name otherwise, by escapes, the rule is asked all the same."""
    act: Callable[[Act], Iterable[Hit]] | None = None
    file: Callable[[File], Iterable[Hit]] | None = None
    schema: Callable[[Schema], Iterable[Flaw]] | None = None
    bodies: bool = False
    """Whether `act` is for what runs later too: the bodies of functions."""
    spares_new: bool = False
    """Whether a hit says nothing where its `table` is made by a pending file before it: nobody
    uses it yet, and it has no rows."""
    opt_in: bool = False
    """Whether it is off until it is selected."""
    since: int = 14
    """The first major version of Postgres that it makes sense for."""
    blames: tuple[str, ...] = ()
    """The kinds of act that can be the cause of a flaw, for its place in the files; of an ALTER
    TABLE also the commands, such as `AT_DropConstraint`."""


Hits = Iterator[Hit]
Flaws = Iterator[Flaw]
