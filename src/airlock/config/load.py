"""Finding the project's root and reading what is set there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import cache, partial
from pathlib import Path

from airlock.config.checking import BY_PATH, leaves, plain_value
from airlock.config.credentials import holds_password, url_of_keyring, url_of_service
from airlock.config.document import Document, read
from airlock.config.keys import (
    KEYS,
    SUPABASE_KEYS,
    Key,
    Kind,
    Plain,
    pattern,
)
from airlock.config.values import (
    PROTECTED_NAMES,
    Checks,
    Config,
    Connection,
    Environment,
    Setting,
)
from airlock.errors import ProjectError
from airlock.model.finding import Finding, Level
from airlock.server.address import parse_address
from airlock.sources.project import CONFIG, locate

FILE_NAME = CONFIG
SUPABASE_FILE = "supabase/config.toml"

_OPTIONS = (
    "disallowed_schemas",
    "disallowed_types",
    "required_columns",
    "allowed_extensions",
    "allowed_languages",
)
"""Keys under `checks` that single rules ask for."""
_SHADOW = "server.shadow_url"
_SUPABASE_VARIABLE = re.compile(r"env\(([A-Za-z_][A-Za-z0-9_]*)\)")


def load(
    start: Path, *, variables: Mapping[str, str], flags: Mapping[str, Plain] | None = None
) -> Config:
    """Read the configuration of the project around `start`.

    `variables` are those of the process; `flags` are keys that the command line sets.

    Raises:
        ProjectError: no folder from `start` up is a project.
        ConfigError: a file cannot be used; the error names file, line and the fault.
    """
    try:
        root = locate(start).root
    except PermissionError as error:
        raise ProjectError(
            f"{error.filename} cannot be looked at: {error.strerror}",
            hint="Check the rights of the folders above it.",
        ) from None
    return _Reader(root, variables, flags or {}).config()


def load_alone(start: Path, *, variables: Mapping[str, str]) -> Config:
    """Return the configuration of no project: what variables say, else defaults."""
    return _Reader(start, variables, {}, files=False).config()


class _Reader:
    """Puts the sources over one another: flags, airlock.toml, supabase/config.toml, defaults."""

    def __init__(
        self,
        root: Path,
        variables: Mapping[str, str],
        flags: Mapping[str, Plain],
        *,
        files: bool = True,
    ) -> None:
        self.root = root
        self.variables = variables
        self.flags = flags
        self.own = _document(root, FILE_NAME) if files else None
        self.supabase = _document(root, SUPABASE_FILE) if files else None
        self.given = leaves(self.own)
        self.foreign = self._foreign()

    def config(self) -> Config:
        shadow = self._shadow()
        fixed = {key.path: self._fixed(key, shadow) for key in KEYS if "*" not in key.path}
        environments = tuple(self._environment(name) for name in self._names())
        settings = list(fixed.values())
        settings += self._named_settings("checks.levels.*")
        settings += self._named_settings("checks.naming.*")
        for environment in environments:
            settings += self._environment_settings(environment)
        value = {path: setting.value for path, setting in fixed.items()}
        return Config(
            root=self.root,
            file=self.root / FILE_NAME if self.own else None,
            layout=_text(value["project.layout"]),
            migrations=_text(value["project.migrations"]),
            postgres=_number(value["project.postgres"]),
            seeds=seeds if isinstance(seeds := value["project.seeds"], tuple) else None,
            expose_new_tables=value["project.expose_new_tables"] is True,
            migrations_enabled=self.foreign.get("db.migrations.enabled") is not False,
            port=_number(value["server.port"]),
            cache_mb=_number(value["server.cache_mb"]) or 0,
            strict_major=value["server.strict_major"] is True,
            shadow=shadow,
            checks=self._checks(value),
            environments=environments,
            settings=tuple(settings),
            findings=tuple(self._findings(environments, shadow)),
        )

    def _checks(self, value: Mapping[str, Plain | None]) -> Checks:
        def texts(name: str) -> tuple[str, ...]:
            found = value[f"checks.{name}"]
            return found if isinstance(found, tuple) else ()

        head, naming = "checks.levels.", "checks.naming."
        options = {name: texts(name) for name in _OPTIONS if value[f"checks.{name}"] is not None}
        options |= {
            path.removeprefix("checks."): (str(form),)
            for path, form in self.given.items()
            if path.startswith(naming)
        }
        return Checks(
            select=texts("select"),
            extend=texts("extend"),
            ignore=texts("ignore"),
            levels={
                path.removeprefix(head): str(level)
                for path, level in self.given.items()
                if path.startswith(head)
            },
            lookup_tables=texts("lookup_tables"),
            exposed_schemas=texts("exposed_schemas"),
            options=options,
            baseline=_text(value["checks.baseline"]) or "",
        )

    def _fixed(self, key: Key, shadow: Connection | None) -> Setting:
        """Return a key that has no name of the user's in it."""
        if key.path == _SHADOW and shadow:
            return _connection_setting(key, key.path, shadow, label="shadow server")
        return self._setting(key, key.path)

    def _shadow(self) -> Connection | None:
        variable = BY_PATH[_SHADOW].variable
        if variable and (text := self.variables.get(variable)):
            origin = f"environment variable {variable}"
            return Connection(text=text, origin=origin, variable=variable)
        value = self.given.get(_SHADOW)
        return self._connection(_SHADOW, value) if isinstance(value, str | dict) else None

    def _setting(self, key: Key, path: str) -> Setting:
        value: Plain | None = key.default
        origin = "default"
        if path in self.flags:
            value, origin = self.flags[path], f"flag --{path.rpartition('.')[2].replace('_', '-')}"
        elif self.own and path in self.given:
            given = self.given[path]
            assert not isinstance(given, dict)
            value, origin = given, self.own.origin(path)
        elif self.supabase and key.supabase in self.foreign:
            value, origin = self.foreign[key.supabase], self.supabase.origin(key.supabase)
        return Setting(key=path, value=value, origin=origin, doc=key.doc, absent=key.absent)

    def _foreign(self) -> dict[str, Plain]:
        """Return what supabase/config.toml says under the keys that Airlock reads."""
        if self.supabase is None:
            return {}
        found: dict[str, Plain] = {}
        for path, kind in SUPABASE_KEYS.items():
            value: object = self.supabase.tree
            for part in path.split("."):
                value = value.get(part) if isinstance(value, dict) else None
            if value is None:
                continue
            if isinstance(value, str) and (named := _SUPABASE_VARIABLE.fullmatch(value)):
                value = _from_text(self.variables.get(named[1]), kind)
                if value is None:
                    continue
            found[path] = plain_value(self.supabase, path, value, kind)
        if found.get("db.seed.enabled") is False:
            found["db.seed.sql_paths"] = ()
        elif isinstance(paths := found.get("db.seed.sql_paths"), tuple):
            found["db.seed.sql_paths"] = tuple(
                posixpath.normpath(posixpath.join("supabase", each)) for each in paths
            )
        return found

    def _names(self) -> list[str]:
        declared = self.own.tree.get("environments", {}) if self.own else {}
        assert isinstance(declared, dict)
        return ["local", *(name for name in declared if name != "local")]

    def _environment(self, name: str) -> Environment:
        prefix = f"environments.{name}."
        connections = {
            path.removeprefix(prefix): self._connection(path, value)
            for path, value in self.given.items()
            if path.startswith(prefix)
            and BY_PATH[pattern(path)].kind is Kind.CONNECTION
            and isinstance(value, str | dict)
        }
        protected = self.given.get(prefix + "protected", name in PROTECTED_NAMES) is True
        if protected:
            for key, connection in connections.items():
                self._refuse_password(prefix + key, name, connection)
        return Environment(
            name=name,
            protected=protected,
            connections=connections,
            strict=self.given.get(prefix + "strict") is True,
        )

    def _refuse_password(self, path: str, name: str, connection: Connection) -> None:
        """Raise where the password of a protected environment stands in the file."""
        if connection.text is None or connection.variable or self.own is None:
            return
        if holds_password(parse_address(connection.text, label=name, origin=connection.origin)):
            key = path.rpartition(".")[2]
            variable = f"{name}_{key}".upper().replace("-", "_")
            raise self.own.fault(
                path,
                f"{path} holds a password in plain text, and {name} is protected",
                f'Write {key} = {{ env = "{variable}" }}, {{ service = "{name}" }} or '
                f'{{ keyring = "{name}" }}, or leave the password to ~/.pgpass; and change it: '
                "whoever can read the file has it.",
            )

    def _connection(self, path: str, value: str | dict[str, str]) -> Connection:
        assert self.own is not None
        if isinstance(value, str):
            return Connection(text=value, origin=f"{self.own.origin(path)} ({path})")
        ((where, name),) = value.items()
        if where == "service":
            origin = f"service {name}"
            kept = partial(url_of_service, name, self.variables, origin=origin)
            return Connection(text=None, origin=origin, kept=cache(kept))
        if where == "keyring":
            origin = f"keyring entry {name}"
            kept = partial(url_of_keyring, name, origin=origin)
            return Connection(text=None, origin=origin, kept=cache(kept))
        return Connection(
            text=self.variables.get(name), origin=f"environment variable {name}", variable=name
        )

    def _named_settings(self, path: str) -> Iterator[Setting]:
        """List the keys under a table whose names the user chooses, as far as they are set."""
        for given in self.given:
            if pattern(given) == path:
                yield self._setting(BY_PATH[path], given)

    def _environment_settings(self, environment: Environment) -> Iterator[Setting]:
        """List an environment's keys; a URL key that is not set is listed for `url` only."""
        for key in KEYS:
            head, _, name = key.path.rpartition(".")
            if head != "environments.*" or (name == "strict" and not environment.protected):
                continue
            path = f"environments.{environment.name}.{name}"
            if key.kind is not Kind.CONNECTION:
                setting = self._setting(key, path)
                value = environment.protected if name == "protected" else setting.value
                yield Setting(key=path, value=value, origin=setting.origin, doc=key.doc)
            elif connection := environment.connections.get(name):
                yield _connection_setting(key, path, connection, label=environment.name)
            elif name == "url" and environment.embedded:
                yield self._setting(key, path)

    def _findings(
        self, environments: tuple[Environment, ...], shadow: Connection | None
    ) -> Iterator[Finding]:
        for environment in environments:
            variable = f"{environment.name.upper().replace('-', '_')}_DATABASE_URL"
            for key, connection in environment.connections.items():
                path = f"environments.{environment.name}.{key}"
                yield from self._plain_password(path, connection, variable)
            if environment.protected and not environment.embedded:
                yield from self._no_inspector(environment)
        if shadow:
            yield from self._plain_password(_SHADOW, shadow, "SHADOW_DATABASE_URL")

    def _no_inspector(self, environment: Environment) -> Iterator[Finding]:
        """Warn of a protected environment that is looked at with a login that can read rows."""
        path = f"environments.{environment.name}"
        if environment.has_inspector or self.own is None:
            return
        yield Finding(
            code="no-inspector",
            level=Level.WARNING,
            message=f"{environment.name} is protected, and has no inspect_url: it is looked at "
            "with a login that may read its rows",
            key=f"no-inspector:{environment.name}",
            where=self.own.where(path),
            why="Airlock reads no row there, and a login that cannot read one needs no promise.",
            fix=f"Make the three logins (airlock doctor {environment.name} --grants), and set "
            "inspect_url.",
        )

    def _plain_password(
        self, path: str, connection: Connection, variable: str
    ) -> Iterator[Finding]:
        """Warn of a URL in the file that holds a password; `variable` could hold it instead."""
        if connection.variable or not connection.text or self.own is None:
            return
        if parse_address(connection.text, label=path, origin=connection.origin).secrets:
            key = path.rpartition(".")[2]
            yield Finding(
                code="password-in-file",
                level=Level.WARNING,
                message=f"{path} holds a password in plain text",
                key=f"password-in-file:{FILE_NAME}:{path}",
                where=self.own.where(path),
                why="Whoever can read the repository can read the password.",
                fix=f'Write {key} = {{ env = "{variable}" }} and change the password.',
            )


def _document(root: Path, name: str) -> Document | None:
    path = root / name
    return read(path, name=name) if path.exists() or path.is_symlink() else None


def _from_text(text: str | None, kind: Kind) -> object:
    """Read the value of a variable; text that does not fit is left as it is, to be refused."""
    if text is None:
        return None
    match kind:
        case Kind.FLAG:
            return {"true": True, "false": False}.get(text.lower(), text)
        case Kind.NUMBER:
            return int(text) if text.isdigit() else text
        case _:
            return text


def _connection_setting(key: Key, path: str, connection: Connection, *, label: str) -> Setting:
    return Setting(
        key=path,
        value=_shown(connection, label),
        origin=connection.origin.partition(" (")[0],
        doc=key.doc,
    )


def _shown(connection: Connection, label: str) -> str:
    if connection.kept is not None:
        return f"the {connection.origin}"
    if connection.text is None:
        return f"the variable {connection.variable} is not set"
    return parse_address(connection.text, label=label, origin=connection.origin).place


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None
