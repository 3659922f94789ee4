"""Run one statement, on the embedded server with what the hosted platform adds to Postgres.

The hosted platform lets `postgres`, who is no superuser, do a number of things that plain
Postgres keeps for superusers; and old histories hold statements that it allowed once and refuses
today. On the embedded server such a statement runs with the platform's rights: silently where
the platform allows it today, else with a finding.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import psycopg

from airlock.model.finding import Finding, Level
from airlock.model.script import Script, Statement
from airlock.server.baseline import hosted_allows
from airlock.server.connect import Session
from airlock.server.refusal import location
from airlock.server.shims import STUB_COMMENT

NOT_ALLOWED = "42501"
DUPLICATE_OBJECT = "42710"
DEPENDENT_OBJECTS = "2BP01"
SECOND_CHANCES = frozenset({NOT_ALLOWED, DUPLICATE_OBJECT, DEPENDENT_OBJECTS})
"""What a second look on the embedded server can change."""

_SAVEPOINT = "airlock_statement"
_SAVEPOINT_TAGS = frozenset({"SAVEPOINT", "RELEASE", "ROLLBACK", "ROLLBACK TO"})


@dataclass(slots=True)
class Rights:
    """Runs statements of one session and collects what there is to say about them.

    `own_roles` are the roles that the database's own history has made. Roles belong to a whole
    server, so on one that many databases share, a role that another history made is no duplicate.
    """

    session: Session
    own_roles: set[str]
    findings: list[Finding] = field(default_factory=list)
    _stubs: frozenset[str] | None = None

    def lends(self, statement: Statement) -> bool:
        """Whether the platform runs this statement with more rights than `postgres` has."""
        return self.session.embedded and hosted_allows(statement.tag, statement.text)

    def attempt(self, script: Script, statement: Statement) -> psycopg.Error | None:
        """Run a statement and return the server's refusal, if that is its last word.

        Inside a transaction on the embedded server a savepoint keeps what came before.
        """
        if self.lends(statement):
            with self.session.elevated():
                return self._send(statement)
        guarded = (
            self.session.embedded
            and self.session.in_transaction
            and statement.tag not in _SAVEPOINT_TAGS
        )
        if guarded:
            self.session.connection.execute(f"savepoint {_SAVEPOINT}".encode())
        error = self._send(statement)
        if error is not None and self.session.embedded and not self.session.connection.closed:
            if guarded:
                self.session.connection.execute(f"rollback to {_SAVEPOINT}".encode())
            if guarded or not self.session.in_transaction:
                error = self._again(script, statement, error)
        if guarded and error is None:
            self.session.connection.execute(f"release {_SAVEPOINT}".encode())
        return error

    def remember(self, script: Script, statement: Statement) -> None:
        """Note what a statement that passed did outside its own database, or did not do."""
        if not self.session.embedded or statement.subject is None:
            return
        match statement.tag:
            case "CREATE ROLE":
                self.own_roles.add(statement.subject)
            case "DROP ROLE":
                self.own_roles.discard(statement.subject)
            case "CREATE EXTENSION" if statement.subject in self._stubbed():
                self.note(
                    script,
                    statement,
                    code="stubbed-extension",
                    level=Level.NOTE,
                    subject=statement.subject,
                    message=f'extension "{statement.subject}" is stubbed: '
                    "DDL is proved, behaviour is not",
                    why="This server does not have the extension; a stand-in with its "
                    "signatures takes its place.",
                )

    def note(
        self,
        script: Script,
        statement: Statement,
        *,
        code: str,
        level: Level,
        message: str,
        subject: str = "",
        why: str | None = None,
        fix: str | None = None,
    ) -> None:
        """Add a finding about a statement."""
        self.findings.append(
            Finding(
                code=code,
                level=level,
                message=message,
                key=f"{code}:{script.path}:{subject or _first_line(statement)}",
                where=location(script, statement.span.char_start),
                source=script.text,
                length=len(_first_line(statement)),
                why=why,
                fix=fix,
            )
        )

    def _send(self, statement: Statement) -> psycopg.Error | None:
        """Send a statement as it stands, with the rows of a COPY."""
        connection = self.session.connection
        try:
            if statement.copy_data is None:
                connection.execute(statement.text.encode())
            else:
                with connection.cursor().copy(statement.text.encode()) as copy:
                    copy.write(statement.copy_data)
        except psycopg.Error as error:
            return error
        return None

    def _again(
        self, script: Script, statement: Statement, error: psycopg.Error
    ) -> psycopg.Error | None:
        """Give a refused statement the second chance that the platform's rules call for."""
        state, role = error.sqlstate, statement.subject
        if state == NOT_ALLOWED:
            with self.session.elevated():
                still = self._send(statement)
            if still is None:
                self._report_elevated(script, statement, error)
            # The first refusal is the one that the user would see on the platform.
            return None if still is None else error
        if state == DUPLICATE_OBJECT and statement.tag == "CREATE ROLE" and role:
            return error if role in self.own_roles else None
        if state == DEPENDENT_OBJECTS and statement.tag == "DROP ROLE" and role:
            return error if self._depends_here(role) else None
        return error

    def _depends_here(self, role: str) -> bool:
        """Whether anything in this very database depends on a role."""
        rows = self.session.fetch(
            """
            select 1
            from pg_catalog.pg_shdepend d
            join pg_catalog.pg_roles r on r.oid = d.refobjid
            join pg_catalog.pg_database b on b.oid = d.dbid
            where r.rolname = %s
              and b.datname = current_database()
            limit 1
            """,
            (role,),
        )
        return bool(rows)

    def _report_elevated(
        self, script: Script, statement: Statement, error: psycopg.Error
    ) -> None:
        said = error.diag.message_primary or "permission denied"
        self.note(
            script,
            statement,
            code="needs-platform-rights",
            level=Level.WARNING,
            message=f"{said}: a project's own role may not run this "
            f"{statement.tag or 'statement'}",
            why="It ran here with the platform's rights, so that the history replays; "
            "a database on the hosted platform refuses it.",
            fix="Take the statement out of a new migration; objects of the platform are "
            "changed through the dashboard or not at all.",
        )

    def _stubbed(self) -> frozenset[str]:
        """Names of the extensions whose stand-in this server would install."""
        if self._stubs is None:
            rows = self.session.fetch(
                """
                select name
                from pg_catalog.pg_available_extensions
                where comment like %s
                """,
                (STUB_COMMENT + "%",),
            )
            self._stubs = frozenset(name for (name,) in rows)
        return self._stubs


def _first_line(statement: Statement) -> str:
    return statement.text.split("\n", 1)[0].rstrip()

