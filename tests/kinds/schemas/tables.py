"""Tables, their columns, constraints, indexes and partitions."""

# ruff: noqa: A001 - a type is a type

from __future__ import annotations

from airlock.model.names import literal, quote
from schemas.pen import Pen, columns, flag, maybe, number, one, pick, schema
from schemas.thing import Sort, Thing, Type
from schemas.world import NUMBERS, TABLES, TEXTS, Column, World

_KEY_TYPES = ("integer", "bigint", "uuid", "text", "smallint")
_MODULUS = 1024


def _table(world: World, table: Thing) -> str:
    key = world.key_column(table)
    parent = world.parent(table)
    split = world.is_partitioned(table)
    unlogged = "unlogged " if world.is_unlogged(table) else ""
    inside = "" if parent else f"{quote(key.name)} {world.type(key.type)}"
    text = f"create {unlogged}table {world.q(table)} ({inside})"
    if parent:
        text += f" inherits ({world.q(parent)})"
    if split:
        text += f" partition by {table['partitioned']} ({quote(key.name)})"
    elif table["fillfactor"]:
        text += f" with (fillfactor = {table['fillfactor']}, autovacuum_enabled = false)"
    return ";\n".join([text, *_switches(world, table)])


def _switches(world: World, table: Thing) -> list[str]:
    name = world.q(table)
    found = []
    if table["rls"]:
        found.append(f"alter table {name} enable row level security")
    if table["force"]:
        found.append(f"alter table {name} force row level security")
    if table["identity"] and not world.is_partitioned(table):
        found.append(f"alter table {name} replica identity {table['identity']}")
    return found


def _typed(world: World, table: Thing) -> str:
    return f"create table {world.q(table)} of {world.q(table['of'])}"


def _column(world: World, column: Thing) -> str:
    table = world[column["table"]]
    where = f"alter table {world.q(table)}"
    name, type = quote(column.name), column["type"]
    text = f"{where} add column {name} {world.type(type)}"
    if world.is_a(type, TEXTS) and column["collate"]:
        text += f" collate {world.q(column['collate'])}"
    generated = world.generation(column)
    if generated:
        text += f" generated always as ({_generation(world, column)}) {generated}"
    else:
        text += _default(world, column)
    if column["not_null"] and generated != "virtual":
        named = f" constraint {quote(f'{column.name[:8]} required')}"
        text += f"{named if column['not_null'] == 'named' else ''} not null"
    return ";\n".join([text, *_storage(world, column, generated)])


def _storage(world: World, column: Thing, generated: str | None) -> list[str]:
    """Return what is said of a column after it is there."""
    table = world[column["table"]]
    start = f"alter table {world.q(table)} alter column {quote(column.name)} set"
    found = []
    if column["statistics"] and generated != "virtual":
        found.append(f"{start} statistics {column['statistics']}")
    if generated == "virtual":
        return found
    if world.is_a(column["type"], {"text", "jsonb", "bytea"}):
        if column["storage"]:
            found.append(f"{start} storage {column['storage']}")
        if column["compression"] and table.sort != "foreign table":
            found.append(f"{start} compression pglz")
    if column["distinct"]:
        found.append(f"{start} (n_distinct = {column['distinct']})")
    return found


def _generation(world: World, column: Thing) -> str:
    source = world[column["source"]]
    name, more = quote(source.name), column["number"]
    text = world.is_a(source["type"], {"text"})
    if world.is_a(column["type"], {"text"}):
        return f"upper({name})" if text else f"repeat('x', {name} + {more})"
    return f"length({name}) + {more}" if text else f"{name} * {more}"


def _default(world: World, column: Thing) -> str:
    type, how = column["type"], column["default"]
    if how == "identity" and world.is_a(type, NUMBERS):
        table = world[column["table"]]
        heirs = world.about("table", "inherits", table.key)
        if table.sort == "foreign table" or any(heir.key < column.key for heir in heirs):
            return ""
        always = "always" if column["number"] % 2 else "by default"
        options = f" (start with {column['number']})" if column["number"] > 4 else ""
        return f" generated {always} as identity{options}"
    if how == "sequence" and column["sequence"] and world.is_a(type, NUMBERS):
        return f" default nextval({literal(world.q(column['sequence'])).strip()}::regclass)"
    if how == "call" and column["call"] and world.is_a(type, {"text"}):
        return f" default ({world.evaluated(column['call'])})::text"
    sample = world.sample(type, column["number"])
    if how in {"constant", "call"} and sample:
        return f" default {sample}"
    return ""


def _table_of(world: World, thing: Thing) -> tuple[Thing, str]:
    table = world[thing["table"]]
    return table, f"alter table {world.q(table)} add constraint {quote(thing.name)}"


def _timing(thing: Thing) -> str:
    return {
        "": "", "deferrable": " deferrable", "deferred": " deferrable initially deferred"
    }[thing["timing"]]  # fmt: skip


def _key(world: World, key: Thing) -> str | None:
    table, start = _table_of(world, key)
    if not world.is_first(key, "table"):
        return None
    column = world.key_column(table)
    return f"{start} primary key ({quote(column.name)}){_timing(key)}"


def _keyed(world: World, table: Thing, columns: list[Column]) -> list[Column]:
    """Add the column by which a table is partitioned: what is unique has to have it."""
    if table.sort in TABLES and (world.is_partitioned(table) or table.sort == "partition"):
        key = world.key_column(table)
        return [key, *(column for column in columns if column != key)]
    return columns


def _unique(world: World, unique: Thing) -> str:
    table, start = _table_of(world, unique)
    found = _keyed(world, table, world.chosen(table, unique["columns"], world.can_index))
    nulls = " nulls not distinct" if unique["nulls"] and world.major >= 15 else ""
    names = ", ".join(quote(column.name) for column in found)
    return f"{start} unique{nulls} ({names}){_timing(unique)}"


def _exclusion(world: World, exclusion: Thing) -> str | None:
    table, start = _table_of(world, exclusion)
    if world.is_partitioned(table):
        return None
    (column, *_) = world.chosen(table, exclusion["columns"], world.can_index)
    where = f" where ({world.test(column, 4)})" if exclusion["partial"] else ""
    return f"{start} exclude using btree ({quote(column.name)} with =){where}{_timing(exclusion)}"


def _check(world: World, check: Thing) -> str:
    table, start = _table_of(world, check)
    (column, *_) = world.chosen(table, check["columns"])
    text = f"{start} check ({world.test(column, check['number'])}"
    if check["call"]:
        text += f" or ({world.evaluated(check['call'])})::text <> 'x'"
    text += ")"
    plain = table.sort == "table" and not world.is_partitioned(table)
    if check["how"] == "no inherit" and plain:
        text += " no inherit"
    elif check["how"] == "not enforced" and world.major >= 18 and plain:
        text += " not enforced"
    elif check["how"] == "not valid":
        text += " not valid"
    return text


def _foreign_key(world: World, key: Thing) -> str:
    """Return the column of a foreign key, and the key where both tables allow one."""
    table, start = _table_of(world, key)
    primary = world[key["references"]]
    target = world[primary["table"]]
    column = world.key_column(target)
    add = f"alter table {world.q(table)} add column {quote(key.name)} {world.type(column.type)}"
    allowed = (
        (world.is_unlogged(table) or not world.is_unlogged(target))
        and not primary["timing"]
        and world.is_first(primary, "table")
    )
    if not allowed:
        return add
    text = f"{start} foreign key ({quote(key.name)}) references {world.q(target)}"
    text += f" ({quote(column.name)}){key['action']}{_timing(key)}"
    plain = not world.is_partitioned(table) and not world.is_partitioned(target)
    if key["how"] == "not enforced" and world.major >= 18 and plain:
        text += " not enforced"
    elif key["how"] == "not valid" and plain:
        text += " not valid"
    return f"{add};\n{text}"


def _index(world: World, index: Thing) -> str | None:
    table = world[index["table"]]
    fits = world.can_index if index["method"] == "btree" else _is_common
    found = world.chosen(table, index["columns"], fits)
    if not found:
        return None
    unique = bool(index["unique"] and index["method"] == "btree")
    if unique:
        found = _keyed(world, table, found)
    items = [quote(column.name) for column in found]
    if index["method"] == "hash":
        items = items[:1]
    if index["method"] == "btree":
        items[-1] += index["order"]
        if index["expression"] and not (unique and world.is_partitioned(table)):
            items.append(_expression(world, found[0]))
    text = f"create {'unique ' if unique else ''}index {quote(index.name)} on {world.q(table)}"
    text += f" using {index['method']} ({', '.join(items)})"
    included = [c for c in world.columns(table) if not c.virtual and c.key < index.key]
    if index["include"] and index["method"] == "btree":
        text += f" include ({quote(included[-1].name)})"
    if unique and index["nulls"] and world.major >= 15:
        text += " nulls not distinct"
    if index["fillfactor"] and index["method"] != "brin":
        text += f" with (fillfactor = {index['fillfactor']})"
    if index["partial"]:
        text += f" where {world.test(found[0], index['number'])}"
    return text


def _is_common(column: Column) -> bool:
    """Whether every sort of index can hold it."""
    return not column.virtual and not column.type.array and column.type.base in _KEY_TYPES


def _expression(world: World, column: Column) -> str:
    if world.is_a(column.type, {"text"}):
        return f"lower({quote(column.name)})"
    return f"({quote(column.name)} is null)"


def _partition(world: World, partition: Thing) -> str:
    parent = world[partition["table"]]
    if not world.is_attached(partition):
        return ";\n".join(
            [
                f"create table {world.q(partition)} (like {world.q(parent)} including all)",
                *_switches(world, partition),
            ]
        )
    number, how = partition.key, parent["partitioned"] if parent.sort == "table" else "hash"
    defaults = [
        other.key
        for other in world.about("partition", "table", parent.key)
        if other["default"] and world.is_attached(other)
    ]
    if how == "hash":
        bound = f"for values with (modulus {_MODULUS}, remainder {number})"
    elif defaults[:1] == [number]:
        bound = "default"
    elif how == "list":
        bound = f"for values in ({number}, {number + _MODULUS})"
    else:
        start = number * 10
        bound = f"for values from ({start}) to ({start + 5 + partition['width']})"
    text = f"create table {world.q(partition)} partition of {world.q(parent)} {bound}"
    if world.is_partitioned(partition):
        text += f" partition by hash ({quote(world.key_column(parent).name)})"
    elif partition["fillfactor"]:
        text += f" with (fillfactor = {partition['fillfactor']})"
    return ";\n".join([text, *_switches(world, partition)])


def _statistics(world: World, statistics: Thing) -> str | None:
    table = world[statistics["table"]]
    found = world.chosen(table, statistics["columns"], world.can_index)
    if not found:
        return None
    items = [quote(column.name) for column in found]
    if len(items) < 2 or statistics["expression"]:
        items.append(f"({items[0]} is null)")
    kinds = f" ({', '.join(sorted(statistics['kinds']))})" if statistics["kinds"] else ""
    text = f"create statistics {world.q(statistics)}{kinds} on {', '.join(items)}"
    text += f" from {world.q(table)}"
    if statistics["target"]:
        text += f";\nalter statistics {world.q(statistics)} set statistics {statistics['target']}"
    return text


def _plain(thing: Thing) -> bool:
    return thing.sort != "table" or not thing["partitioned"]


def _pick_split(pen: Pen):
    world = pen.world
    return pen.pick("table", "partition", where=world.is_partitioned)


_SWITCHES = {
    "fillfactor": one(None, None, 70, 90),
    "rls": flag(),
    "force": flag(0.1),
    "identity": one(None, None, None, "full", "nothing"),
}
_DEFERRAL = one("", "", "", "deferrable", "deferred")


def _pick_source(pen: Pen):
    table = pen.drawn["table"]
    return pen.maybe(0.5, "column", where=lambda thing: thing["table"] == table)


def _pick_column_type(pen: Pen) -> Type:
    return Type(pen.one("integer", "text")) if pen.chance(0.3) else pen.type()


_COLUMN = {
    "type": _pick_column_type,
    "collate": maybe(0.3, "collation"),
    "not_null": one(None, None, None, "plain", "named"),
    "generated": one(None, None, None, "stored", "virtual"),
    "source": _pick_source,
    "default": one(None, None, "constant", "constant", "identity", "sequence", "call"),
    "sequence": maybe(0.5, "sequence"),
    "call": maybe(0.5, "function"),
    "number": number(),
    "storage": one(None, None, None, "external", "main"),
    "compression": flag(0.2),
    "statistics": one(None, None, None, 50, 200),
    "distinct": one(None, None, None, None, -0.5, 20),
}

SORTS = (
    Sort(
        name="table",
        fields={
            "schema": schema,
            "key_name": one("id", "id", "Key", "the id"),
            "key_type": one(*_KEY_TYPES),
            "inherits": maybe(0.15, "table", where=_plain),
            "partitioned": one(None, None, None, None, "list", "range", "hash"),
            "unlogged": flag(0.1),
            **_SWITCHES,
        },
        sql=_table,
        weight=8,
    ),
    Sort(
        name="typed table",
        fields={"schema": schema, "of": pick("composite")},
        sql=_typed,
    ),
    Sort(
        name="column",
        fields={"table": pick("table", "table", "foreign table"), **_COLUMN},
        sql=_column,
        weight=16,
    ),
    Sort(name="key", fields={"table": pick("table"), "timing": _DEFERRAL}, sql=_key, weight=5),
    Sort(
        name="unique",
        fields={
            "table": pick("table"),
            "columns": columns("table", 2),
            "nulls": flag(),
            "timing": _DEFERRAL,
        },
        sql=_unique,
        weight=2,
    ),
    Sort(
        name="exclusion",
        fields={
            "table": pick("table"),
            "columns": columns("table", 1),
            "partial": flag(),
            "timing": _DEFERRAL,
        },
        sql=_exclusion,
    ),
    Sort(
        name="check",
        fields={
            "table": pick("table", "partition", "foreign table"),
            "columns": columns("table", 1),
            "number": number(),
            "call": maybe(0.2, "function"),
            "how": one("", "", "", "no inherit", "not enforced", "not valid"),
        },
        sql=_check,
        weight=4,
    ),
    Sort(
        name="foreign key",
        fields={
            "table": pick("table"),
            "references": pick("key"),
            "action": one("", " on delete cascade", " on update set null", " match full"),
            "how": one("", "", "", "not enforced", "not valid"),
            "timing": _DEFERRAL,
        },
        sql=_foreign_key,
        weight=4,
    ),
    Sort(
        name="index",
        fields={
            "table": pick("table", "partition", "materialized view"),
            "columns": columns("table", 3),
            "method": one("btree", "btree", "btree", "hash", "brin"),
            "unique": flag(),
            "nulls": flag(0.2),
            "expression": flag(0.2),
            "include": flag(0.2),
            "partial": flag(0.2),
            "order": one("", "", " desc", " nulls first"),
            "fillfactor": one(None, None, 60),
            "number": number(),
        },
        sql=_index,
        weight=6,
    ),
    Sort(
        name="partition",
        fields={
            "schema": schema,
            "table": _pick_split,
            "default": flag(0.2),
            "width": number(4),
            "attached": flag(0.85),
            "sub": flag(0.2),
            **_SWITCHES,
        },
        sql=_partition,
        weight=5,
    ),
    Sort(
        name="statistics",
        fields={
            "schema": schema,
            "table": pick("table", "partition", "materialized view"),
            "columns": columns("table", 3),
            "expression": flag(0.2),
            "kinds": lambda pen: pen.some(("ndistinct", "dependencies", "mcv"), 2),
            "target": one(None, None, 300),
        },
        sql=_statistics,
    ),
)
