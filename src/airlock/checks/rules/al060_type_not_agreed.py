"""A type is used that the project does not use.

`disallowed_types` under `[checks]` lists types that columns, functions and casts may not have, by
their own names: `int4`, `varchar`, `timestamptz`. Without it these are `name` and `"char"`, which
Postgres made for its own catalogs: one cuts texts at 63 bytes, the other holds a single byte.

## Example
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    title name
);
```

## Use instead
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    title text
);
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import type_of
from airlock.model.finding import Level

OPTION = "disallowed_types"
_WITHOUT = ("name", "char")
_ALIASES = {
    "bigint": "int8",
    "boolean": "bool",
    "character": "bpchar",
    "decimal": "numeric",
    "integer": "int4",
    "int": "int4",
    "real": "float4",
    "smallint": "int2",
}


def check(act: Act) -> Hits:
    """Find one wherever a type can stand."""
    unwanted = act.context.options.get(OPTION, _WITHOUT)
    names = {*unwanted, *(_ALIASES.get(each, each) for each in unwanted)}
    for node in act.nodes("TypeName"):
        type_ = type_of(node)
        if type_.name in names:
            yield Hit(
                message=f"{type_.name} is not among the agreed types",
                at=act.offset(type_.location),
                subject=f"{type_.name} {type_.location}",
            )


RULE = Rule(
    level=Level.NOTE,
    act=check,
    opt_in=True,
    bodies=True,
    peers=(
        "pgrubic/TP014",
        "bytebase/column-type-disallow-list",
    ),
)
