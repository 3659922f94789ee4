"""Schemas, roles, types, sequences: what tables are made of."""

# ruff: noqa: A001, A002 - a type is a type

from __future__ import annotations

from airlock.model.names import literal, quote
from schemas.pen import Pen, flag, maybe, number, one, pick, schema
from schemas.thing import Sort, Thing
from schemas.world import TEXTS, World

_LABELS = ("new", "open", "Half Done", "it's", "closed", "🎉", "void", "late")
_RANGES = {"integer", "bigint", "numeric", "date", "timestamp with time zone", "double precision"}


def _labels(pen: Pen) -> tuple[str, ...]:
    """Draw labels, or the ones from before with a few moves."""
    if pen.before is None:
        return pen.some(_LABELS, 5)
    labels = list(pen.before)
    for _ in range(pen.number(1) + 1):
        fresh = [label for label in _LABELS if label not in labels]
        match pen.number(3):
            case 0 if fresh:
                labels.insert(pen.number(len(labels)), pen.one(*fresh))
            case 1 if fresh:
                labels.append(pen.one(*fresh))
            case 2 if labels:
                labels.remove(pen.one(*labels))
            case _:
                pen.random.shuffle(labels)
    return tuple(labels)


def _domain(world: World, domain: Thing) -> str:
    type = domain["type"]
    text = f"create domain {world.q(domain)} as {world.type(type)}"
    if domain["collate"] and world.is_a(type, TEXTS):
        text += ' collate "C"'
    sample = world.sample(type, domain["number"])
    if domain["default"] and sample:
        text += f" default {sample}"
    return text + (" not null" if domain["not_null"] and sample else "")


def _domain_check(world: World, check: Thing) -> str:
    domain = world[check["domain"]]
    value = "value is not null or value is null"
    if world.is_a(domain["type"], TEXTS):
        value = f"value <> 'nope {check['number']}'"
    elif world.is_a(domain["type"], {"integer", "bigint", "numeric"}):
        value = f"value > -{check['number'] + 1}"
    valid = "" if check["valid"] else " not valid"
    return (
        f"alter domain {world.q(domain)} add constraint {quote(check.name)} check ({value}){valid}"
    )


def _attributes(pen: Pen) -> tuple[object, ...]:
    if pen.before and pen.chance(0.7):
        kept = pen.some(pen.before, len(pen.before))
        ordered = tuple(part for part in pen.before if part in kept)
        return (*ordered, (f"part {pen.number(99)}", pen.type()))
    return tuple((f"part {number}", pen.type()) for number in range(pen.number(3)))


def _composite(world: World, type: Thing) -> str:
    parts = [f"{quote(name)} {world.type(part)}" for name, part in type["attributes"]]
    return f"create type {world.q(type)} as ({', '.join(parts)})"


def _collation(world: World, collation: Thing) -> str:
    if collation["built_in"] and world.major >= 17:
        rest = f"provider = builtin, locale = '{'C' if collation['other'] else 'C.UTF-8'}'"
    else:
        rest = f"provider = libc, locale = '{'C' if collation['other'] else 'POSIX'}'"
    return f"create collation {world.q(collation)} ({rest})"


def _sequence(world: World, sequence: Thing) -> str:
    start = sequence["start"] + 1
    least, most = (-100, 100) if sequence["number"] % 2 else (1, 30_000)
    unlogged = "unlogged " if sequence["unlogged"] and world.major >= 15 else ""
    return (
        f"create {unlogged}sequence {world.q(sequence)} as {sequence['type']}"
        f" increment by {sequence['number'] + 1} minvalue {least} maxvalue {most}"
        f" start with {start} cache {sequence['cache']}{' cycle' if sequence['cycle'] else ''}"
    )


def _owned(world: World, owned: Thing) -> str | None:
    """Let a column own a sequence; both have to have one owner and one schema."""
    column = world[owned["column"]]
    table, sequence = world[column["table"]], world[owned["sequence"]]
    if table["schema"] != sequence["schema"] or not world.is_first(owned, "sequence"):
        return None
    owners = [*world.about("owner", "of", table.key), *world.about("owner", "of", sequence.key)]
    if table.sort == "foreign table" or any(owner.key < owned.key for owner in owners):
        return None
    return f"alter sequence {world.q(sequence)} owned by {world.q(table)}.{quote(column.name)}"


def _role(world: World, role: Thing) -> str:
    options = " ".join((role["login"], role["createdb"], role["inherit"]))
    limit = f" connection limit {role['limit']}" if role["limit"] else ""
    # A role that nothing in the database names is not of the database.
    named = f"grant usage on schema public to {world.q(role)}"
    return f"create role {world.q(role)} {options}{limit};\n{named}"


def _membership(world: World, membership: Thing) -> str | None:
    """Let the later role be in the earlier, so that there is no ring."""
    group, member = sorted((membership["role"], membership["member"]))
    if group == member:
        return None
    option = " with admin option" if membership["admin"] else ""
    return f"grant {world.q(group)} to {world.q(member)}{option}"


SORTS = (
    Sort(
        name="schema",
        fields={"owner": maybe(0.3, "role")},
        sql=lambda w, t: (
            f"create schema {w.q(t)}" + (f" authorization {w.q(t['owner'])}" if t["owner"] else "")
        ),
    ),
    Sort(
        name="role",
        fields={
            "login": one("nologin", "login"),
            "createdb": one("nocreatedb", "createdb"),
            "inherit": one("inherit", "noinherit"),
            "limit": one(0, 3),
        },
        sql=_role,
    ),
    Sort(
        name="membership",
        fields={"role": pick("role"), "member": pick("role"), "admin": flag()},
        sql=_membership,
    ),
    Sort(
        name="enum",
        fields={"schema": schema, "labels": _labels},
        sql=lambda w, t: f"create type {w.q(t)} as enum ({', '.join(map(literal, t['labels']))})",
        weight=3,
    ),
    Sort(
        name="domain",
        fields={
            "schema": schema,
            "type": Pen.type,
            "collate": flag(),
            "default": flag(),
            "not_null": flag(0.2),
            "number": number(),
        },
        sql=_domain,
        weight=2,
    ),
    Sort(
        name="domain check",
        fields={"domain": pick("domain"), "number": number(), "valid": flag(0.8)},
        sql=_domain_check,
    ),
    Sort(
        name="composite",
        fields={"schema": schema, "attributes": _attributes},
        sql=_composite,
        weight=2,
    ),
    Sort(
        name="range",
        fields={"schema": schema, "subtype": one(*sorted(_RANGES))},
        sql=lambda w, t: (
            f"create type {w.q(t)} as range (subtype = {t['subtype']}, "
            f"multirange_type_name = {quote(w.namespace(t), f'multi {t.key}')})"
        ),
    ),
    Sort(
        name="collation",
        fields={"schema": schema, "built_in": flag(0.5), "other": flag(0.5)},
        sql=_collation,
    ),
    Sort(
        name="sequence",
        fields={
            "schema": schema,
            "type": one("integer", "bigint", "smallint"),
            "number": number(),
            "start": number(50),
            "cache": one(1, 20),
            "cycle": flag(),
            "unlogged": flag(0.1),
        },
        sql=_sequence,
        weight=2,
    ),
    Sort(
        name="sequence owner",
        fields={"sequence": pick("sequence"), "column": pick("column")},
        sql=_owned,
    ),
)
