"""The configuration as the commands see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path

from airlock.config.keys import Plain
from airlock.errors import ConfigError, UsageError
from airlock.model.finding import Finding
from airlock.server.address import Address, parse_address

PROTECTED_NAMES = frozenset({"production", "prod"})
"""Environments that are protected unless the file says otherwise."""


class VariableNotSet(ConfigError):
    """A URL stands in a variable that is not set here."""

    code = "variable-not-set"


class Use(Enum):
    """What a connection is for; the value lists the keys that serve, the best first."""

    INSPECT = ("inspect_url", "url", "deploy_url")
    DEPLOY = ("deploy_url", "url")
    BACKUP = ("backup_url",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A URL as the file gives it: text, or where it stands. Never shown as it is."""

    text: str | None = field(repr=False)
    origin: str
    """`airlock.toml:12`, `environment variable NAME`, `service NAME` or `keyring entry NAME`."""
    variable: str | None = None
    kept: Callable[[], str] | None = field(default=None, repr=False)
    """Reads it from the service file or keyring in which it stands."""

    def address(self, *, label: str, whose: str) -> Address:
        """Return where the database is; `whose` says in a message what the URL is for.

        Raises:
            VariableNotSet: the URL stands in a variable that is not set.
            CredentialMissing: it is not in the service file or keyring.
            ConfigError: it is malformed.
        """
        text = self.kept() if self.kept else self.text
        if text is None:
            raise VariableNotSet(
                f"{whose}: the variable {self.variable} is not set",
                hint=f"export {self.variable}='postgresql://USER:PASSWORD@HOST:PORT/DATABASE'",
            )
        return parse_address(text, label=label, origin=self.origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """A named database with a policy."""

    name: str
    protected: bool
    connections: dict[str, Connection]
    """By key: `url`, `inspect_url`, `deploy_url`, `backup_url`; those that are set."""
    strict: bool = False
    """Whether what PUBLIC reaches there is an error."""

    @property
    def embedded(self) -> bool:
        """Whether the database lives on Airlock's own server, for want of any URL."""
        return not self.connections

    @property
    def has_inspector(self) -> bool:
        """Whether a login of its own is there to look on, which can read no row."""
        return "inspect_url" in self.connections

    def role(self, use: Use) -> str | None:
        """Return the role of the login for a use, where a URL says so on this machine."""
        for key in use.value[:1]:
            if connection := self.connections.get(key):
                with suppress(ConfigError):
                    address = connection.address(label=self.name, whose=self.name)
                    # Poolers take the project's name behind a dot.
                    return address.user.partition(".")[0] or None
        return None

    def address(self, use: Use) -> Address:
        """Return where the database is.

        Raises:
            VariableNotSet: the URL stands in a variable that is not set.
            ConfigError: no URL serves this use, or the URL is malformed.
        """
        assert not self.embedded, "the app makes the address of an embedded database"
        for key in use.value:
            if connection := self.connections.get(key):
                address = connection.address(label=self.name, whose=f"environment {self.name}")
                return replace(address, protected=self.protected)
        raise ConfigError(
            f"environment {self.name} has no URL to {use.name.lower()} with",
            hint=f"Set {' or '.join(use.value[:2])} under [environments.{self.name}] in "
            "airlock.toml.",
        )

    def addresses(self) -> Iterator[Address]:
        """Yield every address of the environment that can be told here and now."""
        for connection in self.connections.values():
            with suppress(ConfigError):
                address = connection.address(label=self.name, whose=f"environment {self.name}")
                yield replace(address, protected=self.protected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A key with its value and where it comes from."""

    key: str
    value: Plain | None
    """For a connection: host, port and database, or the variable that is not set."""
    origin: str
    """`default`, `airlock.toml:12`, `supabase/config.toml:7`, `flag --name`,
    `environment variable NAME`."""
    doc: str
    absent: str = ""
    """What happens without a value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """What is set about rules; words for rules are as the user writes them."""

    select: tuple[str, ...] = ()
    extend: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    levels: dict[str, str] = field(default_factory=dict)
    """`error`, `warning`, `note` or `off`, by the word for a rule."""
    lookup_tables: tuple[str, ...] = ()
    exposed_schemas: tuple[str, ...] = ("public", "graphql_public")
    options: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What single rules ask for, by the key under `checks`: `disallowed_types`, `naming.index`;
    only what is set."""
    baseline: str = "airlock-baseline.json"
    """Relative to the root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that is set, checked. None means: decided by looking at the project."""

    root: Path
    file: Path | None
    """airlock.toml, where there is one."""
    layout: str | None
    migrations: str | None
    postgres: int | None
    seeds: tuple[str, ...] | None
    """Patterns relative to the root."""
    expose_new_tables: bool
    migrations_enabled: bool
    """False where supabase/config.toml switches migrations off."""
    port: int | None
    cache_mb: int
    strict_major: bool
    shadow: Connection | None
    """Where shadows run, in place of Airlock's own server."""
    checks: Checks
    environments: tuple[Environment, ...]
    """`local` first, then in the file's order."""
    settings: tuple[Setting, ...]
    findings: tuple[Finding, ...]

    def environment(self, name: str) -> Environment:
        """Return an environment by name.

        Raises:
            UsageError: there is none; the hint suggests the nearest.
        """
        for environment in self.environments:
            if environment.name == name:
                return environment
        known = [environment.name for environment in self.environments]
        raise UsageError(
            f"there is no environment called {name!r}",
            hint=suggestion(name, known)
            or f"Known: {', '.join(known)}. Add it to airlock.toml as [environments.{name}].",
        )

    def guarded(self, address: Address) -> Address:
        """Return an address, protected where it leads to the database of a protected environment.

        A URL on the command line, or under another environment, is no way around the boundary.
        """
        protects = (
            each.leads_to(address)
            for environment in self.environments
            if environment.protected
            for each in environment.addresses()
        )
        return replace(address, protected=True) if any(protects) else address


def suggestion(word: str, known: list[str]) -> str | None:
    """Return `Did you mean 'x'?` for a word close to a known one."""
    from difflib import get_close_matches  # noqa: PLC0415 - only on the way to an error

    near = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"Did you mean {near[0]!r}?" if near else None
