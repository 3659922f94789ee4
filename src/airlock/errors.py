"""Every error a caller may catch; each says what happened, where, and what to do next.

AirlockError                 exit  meaning
├── UsageError                 2   the command line asks for something that does not exist
├── ConfigError                2   airlock.toml or supabase/config.toml cannot be used
├── ProjectError               2   a file or folder of the project cannot be used
├── ServerError                2   no Postgres could be found, started or prepared
├── ConnectionFailed           2   a database could not be reached
├── MigrationFailed            1   Postgres refused a statement of a migration
├── Refused                    3   a rule forbids it: protected, edited, out of order
├── Busy                       3   another airlock is at work on the same database
└── Interrupted              130   Ctrl-C; what was in flight is rolled back
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place in a file of the user's: `line` and `column` count from 1, columns in characters."""

    path: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part)


class AirlockError(Exception):
    """Base class: `code` is stable and documented, `hint` is the next thing to do.

    A subclass that is raised in one place sets `code` and `hint` on the class; `hint` given to
    the constructor wins. Neither message nor hint may hold a password or a value from a row.
    """

    code = "airlock"
    exit_code = 2
    hint: str | None = None

    def __init__(
        self, message: str, *, hint: str | None = None, where: Location | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        if hint is not None:
            self.hint = hint


class UsageError(AirlockError):
    """The command line asks for something that does not exist or does not fit together."""

    code = "usage"


class ConfigError(AirlockError):
    """A configuration file cannot be read or holds a key or value that means nothing."""

    code = "config"


class ProjectError(AirlockError):
    """A file or folder of the project cannot be used as it is."""

    code = "project"


class ServerError(AirlockError):
    """No Postgres could be found, started, or prepared."""

    code = "server"


class ConnectionFailed(AirlockError):
    """A database could not be reached, or the connection to it was lost."""

    code = "connection"


class MigrationFailed(AirlockError):
    """Postgres refused a statement; raised by `airlock.server.statements` with the details."""

    code = "migration"
    exit_code = 1


class Refused(AirlockError):
    """A rule forbids what was asked; nothing was changed."""

    code = "refused"
    exit_code = 3


class Busy(Refused):
    """Another airlock is at work on the same database."""

    code = "busy"


class Interrupted(AirlockError):
    """The user pressed Ctrl-C; what was in flight is rolled back."""

    code = "interrupted"
    exit_code = 130
