"""Run one statement, on the embedded server with what the hosted platform adds to Postgres.

The hosted platform lets `postgres`, who is no superuser, do a number of things that plain
Postgres keeps for superusers; and old histories hold statements that it allowed once and refuses
today. On the embedded server such a statement runs with the platform's rights: silently where
the platform allows it today, else with a finding.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import groupby

from airlock.model.finding import Finding
from airlock.model.names import quote
from airlock.model.script import Running, Script, Statement
from airlock.server.baseline import PLATFORM_ROLES
from airlock.server.baseline.lent import hand_over, hosted_allows
from airlock.server.connect import PLATFORM_ROLE, PROJECT_ROLE, Session
from airlock.server.redact import Said
from airlock.server.remarks import (
    NEEDS_PLATFORM_RIGHTS,
    STUBBED_EXTENSION,
    STUBBED_INDEX_OPTIONS,
    Remark,
)
from airlock.server.sending import Message, Problem, is_stream, send, send_all
from airlock.server.shims import INDEX_METHOD_STUBS, STUB_COMMENT, without_index_options

NOT_ALLOWED = "42501"
DUPLICATE_OBJECT = "42710"
DEPENDENT_OBJECTS = "2BP01"
INVALID_PARAMETER = "22023"
SECOND_CHANCES = frozenset({NOT_ALLOWED, DUPLICATE_OBJECT, DEPENDENT_OBJECTS, INVALID_PARAMETER})
"""What a second look on the embedded server can change."""

_SAVEPOINT = "airlock_statement"
_SAVEPOINT_TAGS = frozenset({"SAVEPOINT", "RELEASE", "ROLLBACK"})
_NOT_IN_SUBTRANSACTION = re.compile(r"set\s+(local\s+|session\s+)?transaction", re.IGNORECASE)
_CHANGED_ONCE = frozenset({"ALTER", "CREATE", "DROP"})
_OF_THE_PLATFORM = frozenset(
    {
        "AGGREGATE",
        "DOMAIN",
        "FUNCTION",
        "INDEX",
        "MATERIALIZED VIEW",
        "POLICY",
        "PROCEDURE",
        "PUBLICATION",
        "RULE",
        "SCHEMA",
        "SEQUENCE",
        "STATISTICS",
        "TABLE",
        "TABLE AS",
        "TRIGGER",
        "TYPE",
        "VIEW",
    }
)
_DONE_ONCE = frozenset(
    {
        "ALTER DEFAULT PRIVILEGES",
        "COMMENT",
        "DELETE",
        "DO",
        "DROP OWNED",
        "GRANT",
        "INSERT",
        "REASSIGN OWNED",
        "REFRESH MATERIALIZED VIEW",
        "REINDEX",
        "REVOKE",
        "TRUNCATE TABLE",
        "UPDATE",
    }
)
_TRUSTED = re.compile(r"\blanguage\s+['\"]?(sql|plpgsql)\b", re.IGNORECASE)
_DROP_ROLE = re.compile(r"drop\s+(?:role|user|group)\s+(?:if\s+exists\s+)?", re.IGNORECASE)
_NAME = re.compile(r'"(?P<quoted>(?:[^"]|"")+)"|(?P<bare>\w+)')
_WHO = re.compile(r"\b(role|authorization)\b", re.IGNORECASE)


def changes_role(statement: Statement) -> bool:
    """Whether the statement makes the session act as somebody else."""
    return statement.tag in {"SET", "RESET"} and _WHO.search(statement.text) is not None


@dataclass(slots=True)
class Rights:
    """Runs statements of one session and collects what there is to say about them.

    `own_roles` are the roles that the database's own history has made. Roles belong to a whole
    server, so on one that many databases share, a role that another history made is no duplicate.
    """

    session: Session
    own_roles: set[str]
    watch: Callable[[Statement], None] | None = None
    """Is called after each statement that passed, while its transaction is open."""
    findings: list[Finding] = field(default_factory=list)
    _stubs: frozenset[str] | None = None

    def lends(self, statement: Statement) -> bool:
        """Whether the platform runs this statement with more rights than `postgres` has."""
        return self.session.embedded and hosted_allows(statement.tag, statement.text)

    def attempt(self, script: Script, statement: Statement) -> Said | None:
        """Run a statement and return the server's refusal, if that is its last word.

        Inside a transaction on the embedded server a savepoint keeps what came before.
        """
        if not self.session.embedded:
            return send(self.session, statement)
        if self.lends(statement):
            return self._lent(statement)
        guarded = self.session.in_transaction and _may_be_guarded(statement)
        if guarded:
            self.session.execute(f"savepoint {_SAVEPOINT}")
        error = send(self.session, statement)
        if error is not None and not self.session.closed:
            if guarded:
                self.session.execute(f"rollback to {_SAVEPOINT}")
            if guarded or not self.session.in_transaction:
                error = self._again(script, statement, error)
        if error is None:
            if guarded:
                self.session.execute(f"release {_SAVEPOINT}")
            self._stay_humble(statement)
        return error

    def run(self, script: Script, statements: Sequence[Statement]) -> Problem | None:
        """Run statements inside the open transaction, many at a time where they let it be.

        A batch that is refused is taken back and run again one by one.
        """
        for together, group in groupby(statements, key=self._may_go_together):
            batch = tuple(group)
            if together and len(batch) > 1:
                problem = self._batch(batch)
                if problem is None:
                    for statement in batch:
                        self.remember(script, statement)
                    continue
                if self.session.closed or not self.session.embedded:
                    return problem
                self.session.execute(f"rollback to {_SAVEPOINT}")
            for statement in batch:
                error = self.attempt(script, statement)
                if error is not None:
                    return Problem(error, statement)
                self.remember(script, statement)
        return None

    def _may_go_together(self, statement: Statement) -> bool:
        """Whether a statement needs no look at the session before or after it."""
        return not (
            self.watch is not None
            or statement.copy_data is not None
            or is_stream(statement)
            or not statement.tag
            or not _may_be_guarded(statement)
            or (self.session.embedded and (changes_role(statement) or self.lends(statement)))
        )

    def _batch(self, statements: Sequence[Statement]) -> Problem | None:
        messages = [Message(statement.text, statement=statement) for statement in statements]
        if self.session.embedded:
            messages.insert(0, Message(f"savepoint {_SAVEPOINT}"))
            messages.append(Message(f"release {_SAVEPOINT}"))
        return send_all(self.session, messages)

    def remember(self, script: Script, statement: Statement) -> None:
        """Note what a statement that passed did outside its own database, or did not do."""
        if self.watch is not None:
            self.watch(statement)
        if not self.session.embedded:
            return
        match statement.tag, statement.subject:
            case "CREATE ROLE", str(role):
                self.own_roles.add(role)
            case "DROP ROLE", _:
                self.own_roles -= _dropped_roles(statement)
            case "CREATE EXTENSION", str(name) if name in self._stubbed():
                self.note(STUBBED_EXTENSION, script, statement, subject=name)

    def note(
        self,
        remark: Remark,
        script: Script,
        statement: Statement,
        *,
        subject: str = "",
        **words: str,
    ) -> None:
        """Add a finding about a statement."""
        self.findings.append(remark.about(script, statement, subject=subject, **words))

    def _lent(self, statement: Statement) -> Said | None:
        """Run a statement with the platform's rights; what it makes belongs to the project."""
        with self._lending():
            error = send(self.session, statement)
            if error is None and (sql := hand_over(statement.tag)):
                self.session.execute(sql)
            return error

    @contextmanager
    def _lending(self) -> Iterator[None]:
        """Lend the platform's rights, then act as whom the file had chosen."""
        ((user, role),) = self.session.fetch("select session_user, current_setting('role')")
        with self.session.elevated():
            yield
        if self.session.failed:
            return
        if user != PROJECT_ROLE:
            self.session.act_as(user)
        if role != "none":
            self.session.execute(f"set role {quote(role)}")

    def _stay_humble(self, statement: Statement) -> None:
        """Keep a file that goes back to who logged in from becoming the platform's superuser."""
        if not changes_role(statement) and statement.tag != "DISCARD ALL":
            return
        info = self.session.connection.info
        if info.parameter_status("session_authorization") in {info.user, PLATFORM_ROLE}:
            self.session.act_as(PROJECT_ROLE)

    def _again(self, script: Script, statement: Statement, error: Said) -> Said | None:
        """Give a refused statement the second chance that the platform's rules call for."""
        state = error.sqlstate
        if state == NOT_ALLOWED and _may_have_been_allowed(statement):
            with self._lending():
                still = send(self.session, statement)
            if still is None:
                said = error.message or "permission denied"
                self.note(NEEDS_PLATFORM_RIGHTS, script, statement, said=said)
            # The first refusal is the one that the user would see on the platform.
            return None if still is None else error
        if state == DUPLICATE_OBJECT and statement.tag == "CREATE ROLE":
            taken = statement.subject in self.own_roles or statement.subject in PLATFORM_ROLES
            return error if taken else None
        if state == DEPENDENT_OBJECTS and statement.tag == "DROP ROLE":
            return error if self._depends_here(_dropped_roles(statement)) else None
        if state == INVALID_PARAMETER and statement.tag == "CREATE INDEX":
            return self._without_options(script, statement, error)
        return error

    def _without_options(self, script: Script, statement: Statement, error: Said) -> Said | None:
        """Build an index without the options that only the real extension's method knows."""
        shorter = without_index_options(statement.text)
        if shorter is None or not self._stubbed() & INDEX_METHOD_STUBS:
            return error
        still = send(self.session, replace(statement, text=shorter))
        if still is None:
            self.note(STUBBED_INDEX_OPTIONS, script, statement)
        return still

    def _depends_here(self, roles: Iterable[str]) -> bool:
        """Whether anything in this very database depends on one of these roles."""
        rows = self.session.fetch(
            """
            select 1
            from pg_catalog.pg_shdepend d
            join pg_catalog.pg_roles r on r.oid = d.refobjid
            join pg_catalog.pg_database b on b.oid = d.dbid
            where r.rolname = any(%s)
              and b.datname = current_database()
            limit 1
            """,
            (sorted(roles),),
        )
        return bool(rows)

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


def _may_be_guarded(statement: Statement) -> bool:
    """Whether a savepoint around the statement changes nothing about it."""
    return (
        statement.running is not Running.CONTROL
        and statement.tag not in _SAVEPOINT_TAGS
        and not (statement.tag == "SET" and _NOT_IN_SUBTRANSACTION.match(statement.text))
    )


def _may_have_been_allowed(statement: Statement) -> bool:
    """Whether the statement is of a kind that a project could once do to the platform's objects.

    Nothing else gets a superuser's rights: not what reaches the machine (COPY from a program or
    file, code in untrusted languages, ALTER SYSTEM), not what makes a role more powerful.
    """
    verb, _, kind = statement.tag.partition(" ")
    if verb in _CHANGED_ONCE and kind in _OF_THE_PLATFORM:
        return (
            kind not in {"FUNCTION", "PROCEDURE"}
            or verb != "CREATE"
            or bool(_TRUSTED.search(statement.text))
        )
    return statement.tag in _DONE_ONCE


def _dropped_roles(statement: Statement) -> frozenset[str]:
    """Return the roles that a DROP ROLE names."""
    names = _NAME.finditer(_DROP_ROLE.sub("", statement.text, count=1))
    return frozenset(
        name["bare"].lower() if name["bare"] else name["quoted"].replace('""', '"')
        for name in names
    )
