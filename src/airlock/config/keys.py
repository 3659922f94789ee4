"""Every key of airlock.toml: the one table from which it is parsed, checked, shown and documented.

`*` in a path stands for a name that the user chooses.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Plain = str | int | bool | tuple[str, ...]
"""What a key holds once it is checked, connections aside."""


class Kind(StrEnum):
    """What a key takes; the value is how messages name it."""

    TEXT = "a string"
    NUMBER = "a whole number"
    FLAG = "true or false"
    TEXTS = "a list of strings"
    FORM = "a regular expression"
    CONNECTION = 'a string or { env = "VARIABLE" } or { service = "NAME" } or { keyring = "NAME" }'


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key. `supabase` is the key of supabase/config.toml that speaks where this one is silent.

    `absent` says in words what happens without a value, where `default` cannot. `variable` is one
    of the process, which wins over the file.
    """

    path: str
    kind: Kind
    doc: str
    default: Plain | None = None
    absent: str = ""
    choices: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """What the `*` can stand for, where that is not the user's choice."""
    least: int | None = None
    most: int | None = None
    supabase: str | None = None
    variable: str | None = None


NAMED = (
    *("index", "primary_key", "unique", "foreign_key", "check", "exclusion"),
    *("sequence", "partition", "timestamp", "date"),
)
"""Sorts of names whose form can be set."""

KEYS = (
    Key(
        path="project.layout",
        kind=Kind.TEXT,
        doc="How migrations are kept: Supabase's folder and file names, or a plain folder.",
        absent="found by looking at the folders",
        choices=("supabase", "plain"),
    ),
    Key(
        path="project.migrations",
        kind=Kind.TEXT,
        doc="The migrations folder, relative to the project's root.",
        absent="supabase/migrations, or found by looking at the folders",
    ),
    Key(
        path="project.postgres",
        kind=Kind.NUMBER,
        doc="Major version of production's Postgres; shadow databases match it where they can.",
        absent="the embedded server's",
        least=14,
        most=18,
        supabase="db.major_version",
    ),
    Key(
        path="project.seeds",
        kind=Kind.TEXTS,
        doc="Files of rows for development, in order; `*` matches names. Relative to the root.",
        absent="supabase/seed.sql in Supabase's layout, else none",
        supabase="db.seed.sql_paths",
    ),
    Key(
        path="project.expose_new_tables",
        kind=Kind.FLAG,
        doc="Whether new tables in public are granted to anon, authenticated and service_role, "
        "as hosted projects did before 30 October 2026.",
        default=False,
        supabase="api.auto_expose_new_tables",
    ),
    Key(
        path="environments.*.url",
        kind=Kind.CONNECTION,
        doc="Where the database is; without it, the database lives on the embedded server.",
        absent="a database on the embedded server",
    ),
    Key(
        path="environments.*.inspect_url",
        kind=Kind.CONNECTION,
        doc="The connection that reads: status, check, diff, plan, pull, snapshot, doctor. On a "
        "protected environment its role reads catalogs and can read no table; if it can, these "
        "commands refuse.",
        absent="url, else deploy_url",
    ),
    Key(
        path="environments.*.deploy_url",
        kind=Kind.CONNECTION,
        doc="The connection that deploys: the owner of the schema.",
        absent="url",
    ),
    Key(
        path="environments.*.backup_url",
        kind=Kind.CONNECTION,
        doc="The connection that backs up: it reads every row and writes none. For a trusted "
        "runner only.",
        absent="no backups",
    ),
    Key(
        path="environments.*.protected",
        kind=Kind.FLAG,
        doc="Whether real rows live there: deployments need gates, messages quote nothing.",
        absent="true for an environment called production or prod, else false",
    ),
    Key(
        path="environments.*.strict",
        kind=Kind.FLAG,
        doc="Whether airlock doctor makes an error of what is otherwise a doubt: what everybody "
        "(PUBLIC) reaches in a protected environment through views and SECURITY DEFINER functions, "
        "and a deployer that is a superuser.",
        default=False,
    ),
    Key(
        path="checks.select",
        kind=Kind.TEXTS,
        doc="The rules that run, and no others: codes (`AL101`), starts of codes (`AL6`), names, "
        "or `all`.",
        absent="every rule that is on by itself",
    ),
    Key(
        path="checks.extend",
        kind=Kind.TEXTS,
        doc="Rules that run beside those that are on by themselves.",
        absent="none",
    ),
    Key(
        path="checks.ignore",
        kind=Kind.TEXTS,
        doc="Rules that do not run.",
        absent="none",
    ),
    Key(
        path="checks.levels.*",
        kind=Kind.TEXT,
        doc="How much a rule matters here; errors make airlock check end with exit code 1.",
        absent="as the rule's page says",
        choices=("error", "warning", "note", "off"),
    ),
    Key(
        path="checks.lookup_tables",
        kind=Kind.TEXTS,
        doc="Tables whose rows belong to the schema, so that migrations may write them: "
        "`countries`, `billing.plans`.",
        absent="none",
    ),
    Key(
        path="checks.exposed_schemas",
        kind=Kind.TEXTS,
        doc="Schemas that an API serves to people outside.",
        default=("public", "graphql_public"),
        supabase="api.schemas",
    ),
    Key(
        path="checks.disallowed_schemas",
        kind=Kind.TEXTS,
        doc="Schemas in which migrations may make nothing.",
        absent="none",
    ),
    Key(
        path="checks.disallowed_types",
        kind=Kind.TEXTS,
        doc="Types that columns and functions may not have.",
        absent='name and "char", where a rule asks',
    ),
    Key(
        path="checks.required_columns",
        kind=Kind.TEXTS,
        doc="Columns that every new table must have, each with its type: `created_at timestamptz`.",
        absent="created_at timestamptz, where a rule asks",
    ),
    Key(
        path="checks.allowed_extensions",
        kind=Kind.TEXTS,
        doc="The extensions that migrations may create, and no others.",
        absent="all",
    ),
    Key(
        path="checks.allowed_languages",
        kind=Kind.TEXTS,
        doc="The languages that functions may be written in, and no others.",
        absent="all",
    ),
    Key(
        path="checks.naming.*",
        kind=Kind.FORM,
        doc="The form of names, as a regular expression for the whole name: of `index`, "
        "`primary_key`, `unique`, `foreign_key`, `check`, `exclusion`, `sequence`, `partition`, "
        "`timestamp`, `date`; the last two are of columns of these types.",
        absent="the endings that Postgres gives itself, where a rule asks",
        names=NAMED,
    ),
    Key(
        path="checks.baseline",
        kind=Kind.TEXT,
        doc="The file that airlock baseline writes: findings that were there before and are not "
        "told again. Relative to the root.",
        default="airlock-baseline.json",
    ),
    Key(
        path="server.port",
        kind=Kind.NUMBER,
        doc="TCP port of the embedded server, on 127.0.0.1.",
        absent="a free port, kept from start to start",
        least=1,
        most=65535,
    ),
    Key(
        path="server.cache_mb",
        kind=Kind.NUMBER,
        doc="Room for replayed databases, in megabytes; the oldest go first.",
        default=2048,
        least=64,
        most=1_048_576,
    ),
    Key(
        path="server.strict_major",
        kind=Kind.FLAG,
        doc="Whether a server of another major version than project.postgres is an error.",
        default=False,
    ),
    Key(
        path="server.shadow_url",
        kind=Kind.CONNECTION,
        doc="A server for shadow databases in place of Airlock's own: the URL of a superuser on a "
        "Postgres, 14 to 18, that serves no other purpose. Never production: databases are made "
        "and dropped there, roles are made and changed, and `postgres` must be an ordinary role. "
        "Extensions that the server lacks have no stand-ins there.",
        absent="Airlock's own: the machine's Postgres of production's major, a downloaded one, or "
        "the embedded one",
        variable="AIRLOCK_SHADOW_URL",
    ),
)

HOLDERS = frozenset(
    key.path.rsplit(".", depth)[0] for key in KEYS for depth in range(1, key.path.count(".") + 1)
)
"""Paths of the tables that hold keys: `project`, `environments`, `environments.*`, `server`."""


SUPABASE_KEYS = {
    "api.schemas": Kind.TEXTS,
    "api.auto_expose_new_tables": Kind.FLAG,
    "db.major_version": Kind.NUMBER,
    "db.migrations.enabled": Kind.FLAG,
    "db.seed.enabled": Kind.FLAG,
    "db.seed.sql_paths": Kind.TEXTS,
}
"""Keys of Supabase's own configuration that Airlock reads; it says nothing about the others."""


def pattern(path: str) -> str:
    """Return the path with the user's name as `*`: `environments.dev` is `environments.*`."""
    for head in _NAMED:
        if path.startswith(head + "."):
            _, _, after = path.removeprefix(head + ".").partition(".")
            return ".".join(filter(None, (head, "*", after)))
    return path


_NAMED = sorted({key.path.partition(".*")[0] for key in KEYS if "*" in key.path})
"""Tables whose keys are names that the user chooses."""
