"""Owners, privileges, comments, and what stands by itself: publications, text search, servers."""

from __future__ import annotations

from airlock.model.names import literal, quote
from schemas.code import sign
from schemas.pen import Pen, columns, flag, maybe, one, pick, schema
from schemas.thing import Sort, Thing
from schemas.world import World

_ROUTINES = {"function", "procedure", "trigger function", "event function"}
_KEYWORDS = {
    "typed table": "table", "partition": "table", "enum": "type", "composite": "type",
    "range": "type", "trigger function": "function", "event function": "function",
    "dictionary": "text search dictionary", "configuration": "text search configuration",
    "wrapper": "foreign data wrapper",
}  # fmt: skip
_OWNED = (
    "schema", "table", "table", "typed table", "partition", "view", "materialized view",
    "sequence", "function", "procedure", "aggregate", "trigger function", "enum", "domain",
    "composite", "range", "foreign table", "server", "collation", "dictionary", "configuration",
    "statistics", "operator",
)  # fmt: skip
_COMMENTED = (
    *_OWNED, "column", "column", "column", "index", "key", "unique", "check", "foreign key",
    "exclusion", "domain check", "trigger", "rule", "policy", "event trigger", "cast",
    "publication", "wrapper", "role", "event function",
)  # fmt: skip
_GRANTED = {
    "table": ("select", "insert", "update", "delete", "truncate", "references", "trigger"),
    "partition": ("select", "insert"),
    "view": ("select", "insert", "update"),
    "materialized view": ("select",),
    "foreign table": ("select", "insert"),
    "sequence": ("usage", "select", "update"),
    "function": ("execute",),
    "procedure": ("execute",),
    "aggregate": ("execute",),
    "schema": ("usage", "create"),
    "enum": ("usage",),
    "domain": ("usage",),
    "composite": ("usage",),
    "range": ("usage",),
    "wrapper": ("usage",),
    "server": ("usage",),
}
_OPEN = {"function", "procedure", "aggregate", "enum", "domain", "composite", "range"}
_ON_TABLES = {"key", "unique", "check", "exclusion", "foreign key"}
_TEXTS = ("plain words", 'it\'s "quoted"', "two\nlines", "\\d+ 🎉", "$$ -- /* ; */")


def address(world: World, thing: Thing) -> str | None:  # noqa: C901, PLR0911, PLR0912
    """Return how COMMENT ON names a thing."""
    word = _KEYWORDS.get(thing.sort, thing.sort)
    name = quote(thing.name)
    match thing.sort:
        case "column":
            return f"column {world.q(thing['table'])}.{name}"
        case "key" if not world.is_first(thing, "table"):
            return None
        case "exclusion" if world.is_partitioned(world[thing["table"]]):
            return None
        case "foreign key":
            return f"column {world.q(thing['table'])}.{name}"
        case sort if sort in _ON_TABLES:
            return f"constraint {name} on {world.q(thing['table'])}"
        case "domain check":
            return f"constraint {name} on domain {world.q(thing['domain'])}"
        case "index":
            table = world[thing["table"]]
            return f"index {quote(world.namespace(table), thing.name)}"
        case "trigger" | "rule":
            return f"{word} {name} on {world.q(thing['relation'])}"
        case "policy":
            return f"policy {name} on {world.q(thing['table'])}"
        case "cast":
            return f"cast ({world.q(thing['type'])} as {thing['target']})"
        case "operator":
            return f"operator {quote(world.namespace(thing))}.{sign(thing)} (integer, integer)"
        case "aggregate":
            return f"aggregate {world.q(thing)}(integer)"
        case sort if sort in _ROUTINES:
            return f"{word} {world.signature(thing)}"
    return f"{word} {world.q(thing)}"


def _comment(world: World, comment: Thing) -> str | None:
    where = address(world, world[comment["on"]])
    return where and f"comment on {where} is {literal(comment['text']).strip()}"


def _owner(world: World, owner: Thing) -> str | None:
    thing = world[owner["of"]]
    if thing.sort == "sequence" and world.about("sequence owner", "sequence", thing.key):
        return None
    return f"alter {address(world, thing)} owner to {world.q(owner['role'])}"


def _grant(world: World, grant: Thing) -> str | None:
    thing = world[grant["on"]]
    word = _KEYWORDS.get(thing.sort, thing.sort)
    granted = [each for each in grant["privileges"] if each in _GRANTED[thing.sort]]
    names = ", ".join(granted or _GRANTED[thing.sort][:1])
    where = address(world, thing) or ""
    if thing.sort in {"partition", "view", "materialized view", "foreign table"}:
        where = f"table {world.q(thing)}"
    elif thing.sort == "server":
        where = f"foreign server {world.q(thing)}"
    elif thing.sort == "aggregate":
        where = where.replace("aggregate", "function", 1)
    elif word == "domain":
        where = f"type {world.q(thing)}"
    if grant["closed"] and thing.sort in _OPEN:
        return f"revoke {names} on {where} from public"
    option = " with grant option" if grant["option"] else ""
    return f"grant {names} on {where} to {world.q(grant['role'])}{option}"


def _column_grant(world: World, grant: Thing) -> str:
    table = world[grant["table"]]
    names = ", ".join(quote(column.name) for column in world.chosen(table, grant["columns"]))
    given = ", ".join(f"{each} ({names})" for each in grant["privileges"] or ("select",))
    return f"grant {given} on table {world.q(table)} to {world.q(grant['role'])}"


def _defaults(world: World, defaults: Thing) -> str:
    start = "alter default privileges"
    if defaults["by"]:
        start += f" for role {world.q(defaults['by'])}"
    if defaults["schema"]:
        start += f" in schema {world.q(defaults['schema'])}"
    what, privilege = defaults["what"]
    return f"{start} grant {privilege} on {what} to {world.q(defaults['role'])}"


def _publication(world: World, publication: Thing) -> str:
    text = f"create publication {world.q(publication)}"
    if publication["everything"]:
        text += " for all tables"
    if publication["root"]:
        return f"{text} with (publish = 'insert, update', publish_via_partition_root = true)"
    return f"{text} with (publish = 'insert')"


def _published(world: World, published: Thing) -> str | None:
    publication, table = world[published["publication"]], world[published["table"]]
    if publication["everything"] or world.is_unlogged(table):
        return None
    if not world.is_first(published, "publication", "table"):
        return None
    text = f"alter publication {world.q(publication)} add table {world.q(table)}"
    whole = world.about("published schema", "publication", publication.key)
    if world.major >= 15 and not whole and not world.is_partitioned(table):
        if published["columns"] is not None:
            listed = [c for c in world.chosen(table, published["columns"]) if not c.virtual]
            names = [quote(c.name) for c in listed if not _generated(world, c.key)]
            text += f" ({', '.join(names)})" if names else ""
        if published["filter"]:
            text += f" where ({quote(world.key_column(table).name)} is not null)"
    return text


def _generated(world: World, key: int) -> bool:
    thing = world.things.get(key)
    return thing is not None and thing.sort == "column" and bool(world.generation(thing))


def _published_schema(world: World, published: Thing) -> str | None:
    publication = world[published["publication"]]
    first = world.is_first(published, "publication", "schema")
    if publication["everything"] or world.major < 15 or not first:
        return None
    name = world.q(published["schema"])
    return f"alter publication {world.q(publication)} add tables in schema {name}"


def _configuration(world: World, configuration: Thing) -> str:
    name = world.q(configuration)
    text = f"create text search configuration {name} (copy = {configuration['copy']})"
    if configuration["dictionary"]:
        text += f";\nalter text search configuration {name} alter mapping for word, email"
        text += f" with {world.q(configuration['dictionary'])}, simple"
    return text


def _foreign_table(world: World, table: Thing) -> str:
    options = " options (place 'here')" if table["options"] else ""
    return (
        f"create foreign table {world.q(table)} ({quote(table['key_name'])} integer)"
        f" server {world.q(table['server'])}{options}"
    )


def _mapping(world: World, mapping: Thing) -> str | None:
    if not world.is_first(mapping, "server", "role"):
        return None
    who = world.q(mapping["role"]) if mapping["role"] else "public"
    return f"create user mapping for {who} server {world.q(mapping['server'])}"


def _privileges(pen: Pen) -> tuple[str, ...]:
    sort = pen.world[pen.drawn["on"]].sort
    return pen.some(_GRANTED[sort], 3)


_DEFAULTS = (
    ("tables", "select"), ("tables", "all"), ("sequences", "usage"), ("functions", "execute"),
    ("types", "usage"),
)  # fmt: skip

SORTS = (
    Sort(
        name="comment",
        fields={"on": pick(*_COMMENTED), "text": one(*_TEXTS)},
        sql=_comment,
        weight=10,
    ),
    Sort(name="owner", fields={"of": pick(*_OWNED), "role": pick("role")}, sql=_owner, weight=4),
    Sort(
        name="grant",
        fields={
            "on": pick(*_GRANTED),
            "privileges": _privileges,
            "role": pick("role"),
            "option": flag(0.2),
            "closed": flag(0.4),
        },
        sql=_grant,
        weight=6,
    ),
    Sort(
        name="column grant",
        fields={
            "table": pick("table", "view", "partition"),
            "columns": columns("table", 3),
            "privileges": lambda pen: pen.some(("select", "update", "insert", "references"), 2),
            "role": pick("role"),
        },
        sql=_column_grant,
        weight=2,
    ),
    Sort(
        name="default privileges",
        fields={
            "by": maybe(0.3, "role"),
            "schema": schema,
            "what": one(*_DEFAULTS),
            "role": pick("role"),
        },
        sql=_defaults,
    ),
    Sort(
        name="publication",
        fields={"everything": flag(0.2), "root": flag()},
        sql=_publication,
    ),
    Sort(
        name="published table",
        fields={
            "publication": pick("publication"),
            "table": pick("table"),
            "columns": lambda pen: pen.columns("table") if pen.chance(0.3) else None,
            "filter": flag(),
        },
        sql=_published,
        weight=2,
    ),
    Sort(
        name="published schema",
        fields={"publication": pick("publication"), "schema": pick("schema")},
        sql=_published_schema,
    ),
    Sort(
        name="dictionary",
        fields={"schema": schema, "accept": flag(), "template": one("simple", "snowball")},
        sql=lambda w, t: (
            f"create text search dictionary {w.q(t)} "
            + (
                f"(template = simple, accept = {str(t['accept']).lower()})"
                if t["template"] == "simple"
                else "(template = snowball, language = english)"
            )
        ),
    ),
    Sort(
        name="configuration",
        fields={
            "schema": schema,
            "copy": one("simple", "english"),
            "dictionary": maybe(0.6, "dictionary"),
        },
        sql=_configuration,
    ),
    Sort(
        name="wrapper",
        fields={"options": flag()},
        sql=lambda w, t: (
            f"create foreign data wrapper {w.q(t)}"
            + (" options (debug 'x')" if t["options"] else "")
        ),
    ),
    Sort(
        name="server",
        fields={"wrapper": pick("wrapper"), "version": one(None, "1", "2"), "options": flag()},
        sql=lambda w, t: (
            f"create server {w.q(t)}"
            + (f" version '{t['version']}'" if t["version"] else "")
            + f" foreign data wrapper {w.q(t['wrapper'])}"
            + (" options (host 'x')" if t["options"] else "")
        ),
    ),
    Sort(
        name="foreign table",
        fields={
            "schema": schema,
            "server": pick("server"),
            "key_name": one("id", "Key"),
            "options": flag(),
        },
        sql=_foreign_table,
    ),
    Sort(
        name="mapping",
        fields={"server": pick("server"), "role": maybe(0.7, "role")},
        sql=_mapping,
    ),
    Sort(
        name="conversion",
        fields={"schema": schema, "default": flag()},
        sql=lambda w, t: (
            f"create {'default ' if t['default'] and w.is_first(t, 'default') else ''}"
            f"conversion {w.q(t)} for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8"
        ),
    ),
    Sort(
        name="language",
        fields={"trusted": flag()},
        sql=lambda w, t: (
            f"create {'trusted ' if t['trusted'] else ''}language {w.q(t)}"
            " handler plpgsql_call_handler"
        ),
    ),
)
