"""A second run of the file stops at a type, a role or the like that is there by then.

CREATE TYPE, DOMAIN, ROLE, PUBLICATION, EVENT TRIGGER and CONSTRAINT TRIGGER know neither IF NOT
EXISTS nor OR REPLACE. A DO block that looks into the catalog first makes them run once, however
often the file does. Roles are for all databases of a server, so another database may have made one.

What the same file drops before, or creates under a condition, is left alone.

## Example
```sql
create type internal.mood as enum ('glad', 'sad');
```
```sql
create role report_reader nologin;
```

## Use instead
```sql
do $$
begin
    if to_regtype('internal.mood') is null then
        create type internal.mood as enum ('glad', 'sad');
    end if;
end
$$;
```
```sql
do $$
begin
    if not exists (select from pg_roles where rolname = 'report_reader') then
        create role report_reader nologin;
    end if;
end
$$;
```
"""

from collections.abc import Callable, Mapping, Sequence

from airlock.checks._guards import freed, insertion, key, wrapped
from airlock.checks.act import Act
from airlock.checks.rule import Edit, Hit, Hits, Rule, edited
from airlock.checks.syntax import Name, qualified, relation, strings
from airlock.model.finding import Level
from airlock.model.names import literal, spell
from airlock.sources.sqltext import Node

Named = tuple[str, tuple[str, ...], str]
"""Kind, name, and the test that there is none yet, which may be empty."""


def check(act: Act) -> Hits:
    """Find a CREATE that has no form for what exists."""
    found = _NAMED[act.kind](act.node)
    if found is None or act.guarded:
        return
    kind, names, test = found
    if freed(act, key(kind, *names)):
        return
    fix, edits = _guard(act, kind, names, test)
    yield Hit(
        message=f"a second run fails here: the {kind} {spell(*names)} exists by then",
        subject=".".join(names),
        fix=fix,
        edits=edits,
    )


def _guard(
    act: Act, kind: str, names: tuple[str, ...], test: str
) -> tuple[str | None, tuple[Edit, ...]]:
    if kind == "trigger":
        *table, name = names
        drop = f"drop trigger if exists {spell(name)} on {spell(*table)};\n"
        edits = insertion(act.start + act.lead, drop)
        return edited(act, *edits), edits if act.in_transaction and not act.dynamic else ()
    return wrapped(act, test) if test else (None, ())


def _enum(node: Node) -> Named:
    return "type", *_type(node.type_name)


def _composite(node: Node) -> Named:
    var = node.typevar
    return "type", *_type_called(relation(var), (var.schemaname, var.relname))


def _domain(node: Node) -> Named:
    return "domain", *_type(node.domainname)


def _constraint_trigger(node: Node) -> Named | None:
    names = (*relation(node.relation), node.trigname)
    return ("trigger", names, "") if node.isconstraint else None


def _type(names: Sequence[Node]) -> tuple[Name, str]:
    return _type_called(qualified(names), strings(names))


def _type_called(name: Name, written: Sequence[str]) -> tuple[Name, str]:
    shown = literal(spell(*filter(None, written)))
    return name, f"to_regtype({shown}) is null"


def _in_catalog(kind: str, field: str, catalog: str, column: str) -> Callable[[Node], Named]:
    def named(node: Node) -> Named:
        name = getattr(node, field)
        test = f"not exists (select from {catalog} where {column} = {literal(name)})"
        return kind, (name,), test

    return named


_NAMED: Mapping[str, Callable[[Node], Named | None]] = {
    "create_enum_stmt": _enum,
    "create_range_stmt": _enum,
    "composite_type_stmt": _composite,
    "create_domain_stmt": _domain,
    "create_role_stmt": _in_catalog("role", "role", "pg_roles", "rolname"),
    "create_publication_stmt": _in_catalog("publication", "pubname", "pg_publication", "pubname"),
    "create_event_trig_stmt": _in_catalog(
        "event trigger", "trigname", "pg_event_trigger", "evtname"
    ),
    "create_subscription_stmt": lambda node: ("subscription", (node.subname,), ""),
    "create_trig_stmt": _constraint_trigger,
}

RULE = Rule(
    level=Level.WARNING,
    on=tuple(_NAMED),
    act=check,
    peers=("safe-migrate/missing-idempotency",),
)
