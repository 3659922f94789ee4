"""What `pg_dump -s` says of a database, and a database made from it.

The observer that proofs rest on: it shares no code with Airlock's own reading of a schema.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import pq

from airlock.errors import AirlockError, ServerError
from airlock.server.address import Address
from airlock.server.builds import MAJORS, Build, available
from airlock.server.connect import PLATFORM_ROLE, connect, translate
from airlock.server.home import Home
from airlock.server.redact import said

_LOCK_WAIT_MS = 10_000
_TIMEOUT_S = 600
_NO_PUBLIC = "DROP SCHEMA public;\n\n"
"""pg_dump takes the schema for granted, and says nothing where there is none."""
_PUBLIC_LACKS = "select not exists (select from pg_namespace where nspname = 'public')"
_HEADER_END = "\n--\n-- Name: "
_GUARD = re.compile(r"^\\(?:un)?restrict\b[^\n]*\n?", re.MULTILINE)
_SETTING = re.compile(r"^SET (\w+) = [^;\n]*;\n", re.MULTILINE)
_CAUSES = (
    (r"permission denied", "the login may not read it",
     "pg_dump locks every table, for which it needs SELECT: use a login that owns them."),
    (r"lock timeout|could not obtain lock", "a table is locked by somebody else",
     "Try again when the migration or VACUUM FULL that runs there has ended."),
    (r"server version mismatch", "pg_dump is older than the server",
     "Use a pg_dump of the server's own major version."),
)  # fmt: skip


class DumpFailed(ServerError):
    """A database could not be dumped, or a dump could not be loaded."""

    code = "dump"


def dumper(major: int, *, home: Home, path: str | None = None) -> Build:
    """Return the build whose pg_dump reads a server of this major: its own, else the next newer.

    Raises:
        ServerError: no pg_dump at hand is new enough.
    """
    fit = [build for build in available(home, path=path) if build.major >= major]
    if not fit:
        hint = f"airlock db install {major}" if major in MAJORS else None
        raise ServerError(f"no pg_dump at hand reads Postgres {major}", hint=hint)
    return min(fit, key=lambda build: build.major)


def dump(address: Address, *, build: Build) -> str:
    """Return the schema of a database as pg_dump writes it; a missing `public` is said, too.

    On Airlock's own server all is read with the platform's rights.

    Raises:
        DumpFailed: pg_dump is too old, may not read something, or waits for a lock in vain.
        ConnectionFailed: the database cannot be reached.
    """
    with connect(address, acting=False) as session:
        if session.server_major > build.major:
            raise DumpFailed(
                f"pg_dump {build.version} cannot read {address}, which is Postgres"
                f" {session.server_major}",
                hint=f"airlock db install {session.server_major}"
                if session.server_major in MAJORS
                else None,
            )
        ((no_public,),) = session.fetch(_PUBLIC_LACKS)
    role = [f"--role={PLATFORM_ROLE}"] if address.embedded else []
    text = _output(
        build.bindir / "pg_dump",
        ["--schema-only", f"--lock-wait-timeout={_LOCK_WAIT_MS}", *role],
        address,
    )
    return _NO_PUBLIC + text if no_public else text


def unguarded(text: str) -> str:
    r"""Return a dump without psql's guards, whose keys are never the same twice."""
    return _GUARD.sub("", text)


def dump_roles(address: Address, *, build: Build) -> str:
    """Return the roles of a whole server with attributes and memberships, without passwords.

    Raises:
        DumpFailed: pg_dumpall is missing, too old, or may not read them.
    """
    return _output(build.bindir / "pg_dumpall", ["--roles-only", "--no-role-passwords"], address)


def restore(text: str, address: Address) -> None:
    """Load what `dump` returned into a fresh database, in one transaction.

    On Airlock's own server it is loaded with the platform's rights.

    Raises:
        DumpFailed: Postgres refused a statement; nothing of the dump remains.
        ConnectionFailed: the database cannot be reached.
    """
    with connect(address, acting=False) as session:
        known = {name for (name,) in session.fetch("select name from pg_settings")}
        sql = _loadable(text, known)
        try:
            # Without parameters the driver sends the text as a whole.
            session.connection.execute(sql.encode())
            return
        except psycopg.Error as error:
            told = said(error, address)
        refused = translate(told, session.connection, address)
    raise _refusal(refused, sql, None if told.protected else told.position, address)


def _loadable(text: str, known: set[str]) -> str:
    r"""Leave out psql's guards, and the settings of pg_dump's own version that a server lacks."""
    body = unguarded(text)
    header, mark, rest = body.partition(_HEADER_END)
    header = _SETTING.sub(lambda found: found[0] if found[1] in known else "", header)
    return header + mark + rest


def _refusal(
    refused: AirlockError, sql: str, position: int | None, address: Address
) -> AirlockError:
    """Return the error for a dump that did not load, with the line where there is one."""
    where = ""
    if position is not None:
        start = sql.rfind("\n", 0, position - 1) + 1
        where = f", at: {sql[start:].partition(chr(10))[0].strip()}"
    said = refused.message.removeprefix(f"{address}: ")
    return DumpFailed(
        f"the schema cannot be loaded into {address}: {said}{where}",
        hint=refused.hint or "A role, extension or collation that it names may be missing there.",
    )


def _output(program: Path, arguments: list[str], address: Address) -> str:
    """Run one of Postgres's clients; how to connect is in the environment, never in argv."""
    variables, rest = _connection(address)
    command = [str(program), *arguments, "--no-password"]
    if rest:
        command.append(f"--dbname={rest}")
    # Raised outside of `except`: what ran out of time comes with all that it has said by then.
    answer = None
    try:
        answer = subprocess.run(
            command,
            env={**os.environ, **variables},
            capture_output=True,
            check=False,
            timeout=_TIMEOUT_S,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        problem = f"{program.name} did not end within {_TIMEOUT_S} seconds on {address}"
    except OSError:
        problem = f"{program} cannot be started"
    if answer is None:
        raise DumpFailed(problem)
    if answer.returncode != 0:
        raise _failure(program, answer.stderr.decode(errors="replace"), address)
    return answer.stdout.decode()


def _connection(address: Address) -> tuple[dict[str, str], str]:
    """Return environment variables for an address, and what has none of its own.

    Raises:
        DumpFailed: a secret parameter has no variable; argv could be read by everybody.
    """
    variables = {
        "PGAPPNAME": "airlock",
        "PGCLIENTENCODING": "UTF8",
        "PGCONNECT_TIMEOUT": "10",
        "LC_ALL": "C",
    }
    rest = []
    for option in pq.Conninfo.parse(address.url.encode()):
        if option.val is None:
            continue
        keyword, value = option.keyword.decode(), option.val.decode()
        if option.envvar:
            variables[option.envvar.decode()] = value
        elif keyword == "sslpassword":
            raise DumpFailed(
                f"pg_dump cannot be given the sslpassword of {address} in secret",
                hint="Use a client key without a password, or one that an agent holds.",
            )
        else:
            escaped = value.replace("\\", "\\\\").replace("'", "\\'")
            rest.append(f"{keyword}='{escaped}'")
    return variables, " ".join(rest)


def _failure(program: Path, said: str, address: Address) -> DumpFailed:
    """Name the cause of a failure; the program's own words come without secrets."""
    for secret in address.secrets:
        said = said.replace(secret, "…")
    if user := urlsplit(address.url).username:
        said = said.replace(f'user "{user}"', "user")
    # The program repeats what the server says.
    detail = "" if address.protected else _detail(said)
    for pattern, what, hint in _CAUSES:
        if re.search(pattern, said):
            return DumpFailed(f"{program.name} on {address}: {what}{detail}", hint=hint)
    return DumpFailed(f"{program.name} on {address} failed{detail}")


def _detail(said: str) -> str:
    """Return the first thing that went wrong, in the program's words."""
    for line in said.splitlines():
        _, mark, rest = line.partition("error: ")
        if mark:
            return f" ({rest.strip()})"
    first = said.strip().partition("\n")[0]
    return f" ({first})" if first else ""
