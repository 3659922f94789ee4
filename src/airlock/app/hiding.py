"""What is kept from view when sources are opened: values in schemas, passwords in arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from airlock.app.workspace import Workspace
from airlock.config.credentials import holds_password
from airlock.errors import Refused
from airlock.model.finding import Finding, Level
from airlock.model.names import few

if TYPE_CHECKING:
    from airlock.model.catalog import Catalog
    from airlock.model.node import Id
    from airlock.server.address import Address
    from airlock.sources.redaction import Redacted


@dataclass(slots=True, kw_only=True)
class Hiding:
    """Hides the values of protected environments that are known from nowhere else."""

    workspace: Workspace
    made: Callable[[], Catalog | None]
    """Reads what the project's files make, as far as they run."""
    shown: list[Catalog] = field(default_factory=list)
    """Catalogs of the same command in which nothing has to be hidden."""
    has_head: bool = False
    """Whether what the project makes is among them."""

    def redacted(self, catalog: Catalog) -> Redacted:
        """Return the catalog of a protected environment as it may be seen.

        What the project makes is looked at only where its files do not say enough: Postgres
        prints `interval '36 hours'` as `'36:00:00'`.
        """
        from airlock.sources.redaction import learned, redact

        workspace = self.workspace
        vocabulary = learned(each.raw.decode() for each in workspace.project.migrations)
        for each in self.shown:
            vocabulary.learn_catalog(each)
        seen = redact(catalog, vocabulary, key=workspace.redaction_key)
        if seen.hidden and not self.has_head and (made := self.made()):
            vocabulary.learn_catalog(made)
            seen = redact(catalog, vocabulary, key=workspace.redaction_key)
        return seen


def said(label: str, hidden: Sequence[Id]) -> Finding:
    """Say of which objects values are hidden."""
    number = "1 object" if len(hidden) == 1 else f"{len(hidden):,} objects"
    return Finding(
        code="values-hidden",
        level=Level.NOTE,
        message=f"values in {number} of {label} are hidden: {few([str(id) for id in hidden])}",
        key=f"values-hidden:{label}",
        why="They stand in none of the project's migrations, and could come from a row. A change "
        "of one is seen, its value is not.",
    )


class PasswordInArguments(Refused):
    """A password of a protected environment stands where every user of the machine reads it."""

    code = "password-in-arguments"

    def __init__(self, address: Address) -> None:
        super().__init__(
            f"{address} belongs to a protected environment, and its password stands on the "
            "command line, where every user of this machine can read it (ps)",
            hint="Name the environment instead, and change the password: the shell keeps it in "
            "its history.",
        )


def in_arguments(address: Address) -> Finding | None:
    """Say of an address on the command line that its password stands there.

    Raises:
        PasswordInArguments: it does, and is that of a protected environment.
    """
    if not holds_password(address):
        return None
    if address.protected:
        raise PasswordInArguments(address)
    return Finding(
        code=PasswordInArguments.code,
        level=Level.WARNING,
        message=f"the password of {address} stands on the command line",
        key=f"{PasswordInArguments.code}:{address.place}",
        why="Every user of this machine can read it there (ps), and the shell keeps it.",
        fix='Make it an environment in airlock.toml, with url = { env = "NAME" }, or leave the '
        "password to ~/.pgpass.",
    )
