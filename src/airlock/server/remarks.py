"""What there is to say about statements that ran."""

from __future__ import annotations

from dataclasses import dataclass

from airlock.model.finding import Finding, Level
from airlock.model.script import Script, Statement
from airlock.server.refusal import location


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """The text of a finding; words in braces are filled in where it is made."""

    code: str
    level: Level
    message: str
    why: str
    fix: str | None = None

    def about(
        self, script: Script, statement: Statement, *, subject: str = "", **words: str
    ) -> Finding:
        """Return the finding about a statement, known by `subject` or the statement's beginning."""
        first_line = statement.text.split("\n", 1)[0].rstrip()
        words |= {"subject": subject, "statement": statement.tag or "statement"}
        return Finding(
            code=self.code,
            level=self.level,
            message=self.message.format(**words),
            key=f"{self.code}:{script.path}:{subject or first_line}",
            where=location(script, statement.span.char_start),
            source=script.text,
            length=len(first_line),
            why=self.why.format(**words),
            fix=self.fix.format(**words) if self.fix else None,
        )


STUBBED_EXTENSION = Remark(
    code="stubbed-extension",
    level=Level.NOTE,
    message='extension "{subject}" is stubbed: DDL is proved, behaviour is not',
    why="This server does not have the extension; a stand-in with its signatures takes its place.",
)
STUBBED_INDEX_OPTIONS = Remark(
    code="stubbed-index-options",
    level=Level.NOTE,
    message="the options of this index were left out: its method is a stand-in here",
    why="Only the real extension's index method knows them, so they are not proved.",
)
NEEDS_PLATFORM_RIGHTS = Remark(
    code="needs-platform-rights",
    level=Level.WARNING,
    message="{said}: a project's own role may not run this {statement}",
    why="It ran here with the platform's rights, so that the history replays; a database on the "
    "hosted platform refuses it.",
    fix="Take the statement out of a new migration; objects of the platform are changed through "
    "the dashboard or not at all.",
)
ENUM_VALUE_USED_AT_ONCE = Remark(
    code="enum-value-used-at-once",
    level=Level.NOTE,
    message="the file uses an enum value that it adds, so it runs in several transactions",
    why="Postgres lets nobody use a new enum value before it is committed.",
    fix="Move the statements that use the value into a migration of their own.",
)
UNCLOSED_TRANSACTION = Remark(
    code="unclosed-transaction",
    level=Level.WARNING,
    message="the file opens a transaction and does not close it; it was committed at the end",
    why="Another tool may roll it back instead, and lose what it did.",
    fix="Add COMMIT at the end, or take BEGIN out.",
)
PASSED_OVER_INVALID_INDEX = Remark(
    code="invalid-index",
    level=Level.WARNING,
    message="index {subject} is there but not valid: no query uses it, every write feeds it",
    why="An earlier CREATE INDEX CONCURRENTLY failed half-way, and IF NOT EXISTS passed over "
    "what it left.",
    fix="drop index concurrently {subject}; then create it in a new migration.",
)
SETTLED = Remark(
    code="already-done",
    level=Level.NOTE,
    message="this {statement} had been done by the run that was cut short, so it did not run again",
    why="That run ended between the statement and the note of it.",
)
