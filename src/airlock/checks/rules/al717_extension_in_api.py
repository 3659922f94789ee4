"""An extension puts its functions into a schema that the Data API serves.

Each of them becomes `/rpc/…`, they stand among the project's own in every list, and a function of
the project may hide one of theirs, or the other way round. Supabase has the schema `extensions` for
them.

Extensions with a schema of their own, and those that a Supabase project has from the start, are
left alone.

## Example
```sql
create extension if not exists ltree with schema public;
```

## Use instead
```sql
create extension if not exists ltree with schema extensions;
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Edit, Flaw, Flaws, Hit, Hits, Mend, Rule, Schema, edited
from airlock.checks.syntax import PUBLIC, options, value
from airlock.kinds.extension import Extension
from airlock.model.finding import Level
from airlock.model.names import spell

_OWN_SCHEMA = """
    pg_cron pg_graphql pg_net pg_repack pg_tle pgmq pgsodium pgtle plls plpgsql plv8
    plperl plperlu plpython3u pltcl pltclu postgis_tiger_geocoder
    postgis_topology supabase_vault timescaledb
"""
_FIXED = frozenset(_OWN_SCHEMA.split())
_THERE = frozenset({"pg_stat_statements", "pgcrypto", "uuid-ossp"})
"""What a Supabase project has from the start: IF NOT EXISTS does nothing."""


def check(act: Act) -> Hits:
    """Find one that is made there, or without a schema, which is there."""
    node, name = act.node, act.node.extname
    if name in _FIXED or (act.context.supabase and node.if_not_exists and name in _THERE):
        return
    found = options(node.options)
    schema = value(found["schema"]) if "schema" in found else PUBLIC
    if schema not in act.context.exposed:
        return
    edits = () if "schema" in found or not act.context.supabase else (_edit(act),)
    yield Hit(
        message=_message(name, schema),
        subject=name,
        fix=edited(act, *edits) if edits else _fix(name),
        edits=edits,
        mend=Mend.UNSAFE,
    )


def _edit(act: Act) -> Edit:
    end = act.start + len(act.text.rstrip().rstrip(";").rstrip())
    return Edit(start=end, end=end, text=" with schema extensions")


def audit(schema: Schema) -> Flaws:
    """Find one that stands there."""
    for node in schema.catalog:
        if isinstance(node, Extension) and node.schema in schema.context.exposed:
            name = node.id.path[0]
            if name not in _FIXED:
                yield Flaw(subject=node.id, message=_message(name, node.schema), fix=_fix(name))


def _message(name: str, schema: str) -> str:
    return f"the functions of {name} go into {schema}, which the Data API serves"


def _fix(name: str) -> str:
    return f"alter extension {spell(name)} set schema extensions;"


RULE = Rule(
    level=Level.WARNING,
    on=("create_extension_stmt",),
    act=check,
    schema=audit,
    blames=("create_extension_stmt", "alter_object_schema_stmt"),
    peers=("splinter/0014",),
)
