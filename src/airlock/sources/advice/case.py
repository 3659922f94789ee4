"""A failure among the files of its project: who makes a name, and who made it before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from airlock.model.failure import Failure
from airlock.model.migration import Migration
from airlock.model.names import spell
from airlock.model.script import Script, Statement
from airlock.sources.sqltext import cut

RELATIONS = frozenset(
    {
        "CREATE FOREIGN TABLE",
        "CREATE MATERIALIZED VIEW",
        "CREATE SEQUENCE",
        "CREATE TABLE",
        "CREATE TABLE AS",
        "CREATE VIEW",
    }
)
TYPES = RELATIONS | {"CREATE DOMAIN", "CREATE TYPE"}
FUNCTIONS = frozenset({"CREATE AGGREGATE", "CREATE FUNCTION", "CREATE PROCEDURE"})
SCHEMAS = frozenset({"CREATE SCHEMA"})
ROLES = frozenset({"CREATE ROLE"})
EXTENSIONS = frozenset({"CREATE EXTENSION"})

Accepts = Callable[[Statement], bool]


@dataclass(frozen=True, slots=True)
class Maker:
    """A statement of the project that makes a name."""

    path: str
    order: int
    """The file's place in the order in which files run."""
    number: int
    statement: Statement


@dataclass(frozen=True)
class Case:
    """A failure, and the files of its project in the order in which they run."""

    failure: Failure
    migrations: Sequence[Migration]

    @cached_property
    def message(self) -> str:
        """What the server said."""
        return self.failure.message.removeprefix("at COMMIT: ")

    @property
    def text(self) -> str:
        """The statement that failed."""
        return self.failure.statement.text

    @property
    def tag(self) -> str:
        """Its command."""
        return self.failure.statement.tag

    @property
    def supabase(self) -> bool:
        """Whether the project has Supabase's layout, so that its platform is to be expected."""
        return self.failure.path.startswith("supabase/")

    @cached_property
    def order(self) -> int:
        """The place of the file that failed; after all others where it is no migration."""
        paths = [migration.path for migration in self.migrations]
        return paths.index(self.failure.path) if self.failure.path in paths else len(paths)

    @property
    def version(self) -> str | None:
        """The version of the file that failed."""
        own = self.migrations[self.order : self.order + 1]
        return own[0].version if own else None

    @cached_property
    def script(self) -> Script:
        """The file that failed."""
        return cut(self.failure.path, self.failure.text)

    def written(self, name: str) -> str:
        """Return a name as the statement writes it, with its schema where it has one."""
        schema = r'(?:(?:"[^"]+"|\w+)\s*\.\s*)?'
        found = re.search(rf'{schema}(?:"{re.escape(name)}"|\b{re.escape(name)}\b)', self.text)
        return found[0] if found else spell(*name.split("."))

    def makers(self, name: str, accepts: Accepts) -> Iterator[Maker]:
        """Yield the statements that `accepts`, in files that hold `name`, in order."""
        word = name.rsplit(".", 1)[-1].lower().encode()
        for order, migration in enumerate(self.migrations):
            if word not in migration.raw.lower():
                continue
            own = order == self.order
            script = self.script if own else cut(migration.path, migration.raw.decode())
            for number, statement in enumerate(script.statements, start=1):
                if accepts(statement):
                    yield Maker(migration.path, order, number, statement)

    def is_earlier(self, maker: Maker) -> bool:
        """Whether a statement ran before the one that failed."""
        return (maker.order, maker.number) < (self.order, self.failure.index)


def named(name: str, tags: frozenset[str]) -> Accepts:
    """Return whether a statement makes `name`; a schema counts where both name one."""
    schema, _, bare = name.rpartition(".")

    def accepts(statement: Statement) -> bool:
        if statement.tag not in tags or statement.subject is None:
            return False
        own_schema, _, own = statement.subject.rpartition(".")
        return own == bare and (not schema or not own_schema or schema == own_schema)

    return accepts


def word(name: str) -> re.Pattern[str]:
    """Return a pattern for a name that stands by itself."""
    bare = re.escape(name.rsplit(".", 1)[-1])
    return re.compile(rf"(?<!\w){bare}(?!\w)", re.IGNORECASE)


def whence(case: Case, what: str, name: str, accepts: Accepts) -> str | None:
    """Say which file makes what is missing, and what to do about the order.

    None where it was made before and is not known to be gone: then something else is wrong.
    """
    found = list(case.makers(name, accepts))
    before = [maker for maker in found if case.is_earlier(maker)]
    if before:
        return _gone_again(case, what, name, before[-1])
    if found and found[0].order == case.order:
        line = found[0].statement.span.line
        return f"{what} is created further down, at line {line}: move this statement below it."
    if found:
        than = f" than {case.version}" if case.version else ""
        return (
            f"{what} is created by {found[0].path}, which runs later: give that file an older "
            f"version{than}, or this one a newer."
        )
    if not case.migrations:
        return None
    return _hidden(case, what, name) or _nowhere(case, what)


def _nowhere(case: Case, what: str) -> str:
    before = f", with a version before {case.version}" if case.version else ""
    return (
        f"no migration of this project creates {what}: it was made by hand or its migration was "
        f"never committed. Commit the migration that creates it{before}."
    )


def _gone_again(case: Case, what: str, name: str, made: Maker) -> str | None:
    pattern = word(name)

    def takes_away(statement: Statement) -> bool:
        gone = statement.tag.startswith("DROP ") or (
            statement.tag.startswith("ALTER ")
            and re.search(r"\b(rename|set\s+schema)\b", statement.text, re.IGNORECASE)
        )
        return bool(gone and pattern.search(statement.text))

    position = (made.order, made.number)
    gone = [
        maker
        for maker in case.makers(name, takes_away)
        if case.is_earlier(maker) and (maker.order, maker.number) > position
    ]
    if gone:
        how = "dropped again" if gone[-1].statement.tag.startswith("DROP") else "renamed or moved"
        line = gone[-1].statement.span.line
        return f"{what} is created by {made.path} and {how} by {gone[-1].path}, line {line}."
    subject = made.statement.subject or ""
    schema = subject.rpartition(".")[0]
    if schema and "." not in name and schema not in ("public", "extensions"):
        return f"{made.path} creates it as {subject}: write {spell(*subject.split('.'))} here."
    return None


def _hidden(case: Case, what: str, name: str) -> str | None:
    """Say which file seems to make it out of sight: in a DO block, in a string, by a rename."""
    bare = re.escape(name.rsplit(".", 1)[-1])
    making = re.compile(
        r"(\bcreate\s+(or\s+replace\s+)?(\w+\s+)?"
        r"(domain|function|policy|procedure|role|schema|sequence|table|trigger|type|view)\s+"
        r"(if\s+not\s+exists\s+)?|\brename\s+to\s+|\brename\s+(column\s+)?\S+\s+to\s+)"
        rf'(("[^"]+"|\w+)\.)?"?{bare}(?!\w|"?\s*\.)',
        re.IGNORECASE,
    )
    for migration in case.migrations:
        if making.search(migration.raw.decode()):
            return (
                f"{what} is created by no plain statement; {migration.path} seems to make it in a "
                "block, a function or by a rename. See whether that has run before this."
            )
    return None
