"""A new UNIQUE or PRIMARY KEY builds its index while nobody can use the table.

The index is built under an ACCESS EXCLUSIVE lock: reads and writes wait for as long as Postgres
needs to read and sort the whole table. Build a unique index with CONCURRENTLY first, and turn it
into the constraint with USING INDEX, which takes no time.

A primary key needs its columns NOT NULL already, or Postgres reads the table for that. A
partitioned table takes no USING INDEX: there the key is built in a quiet hour.

## Example
```sql
alter table public.orders
    drop constraint if exists orders_number_key,
    add constraint orders_number_key unique (number);
```

## Given
```sql
create table if not exists internal.orders (
    id bigint generated always as identity primary key,
    number text not null
);
create unique index if not exists orders_number_key on internal.orders (number);
```

## Use instead
```sql
do $$
begin
    if not exists (
        select from pg_constraint
        where conrelid = 'internal.orders'::regclass and conname = 'orders_number_key'
    ) then
        alter table internal.orders
            add constraint orders_number_key unique using index orders_number_key;
    end if;
end
$$;
```
"""

from airlock.checks._tables import NewConstraint, is_partitioned, new_constraints
from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import strings
from airlock.model.finding import Level
from airlock.model.names import spell

_KINDS = {"CONSTR_UNIQUE": ("unique", "key"), "CONSTR_PRIMARY": ("primary key", "pkey")}


def check(act: Act) -> Hits:
    """Find a key that does not come with an index that is there already."""
    for new in new_constraints(act):
        if new.sort not in _KINDS or new.node.indexname or new.node.without_overlaps:
            continue
        yield Hit(
            message=f"nobody can use {new.table} while the index of a new "
            f"{_KINDS[new.sort][0].upper()} is built",
            at=act.offset(new.node.location),
            table=new.table,
            subject=new.node.conname or " ".join(_columns(new)),
            fix=None if is_partitioned(act, new.table) else _fix(new),
        )


def _columns(new: NewConstraint) -> tuple[str, ...]:
    return (new.column.colname,) if new.column is not None else strings(new.node.keys)


def _fix(new: NewConstraint) -> str:
    words, ending = _KINDS[new.sort]
    columns = _columns(new)
    parts = [new.table.name, *columns, ending] if ending == "key" else [new.table.name, ending]
    name = spell(new.node.conname or "_".join(parts))
    listed = ", ".join(spell(column) for column in columns)
    nulls = " nulls not distinct" if new.node.nulls_not_distinct else ""
    with_it = ", ".join(spell(column) for column in strings(new.node.including))
    include = f" include ({with_it})" if with_it else ""
    return (
        f"create unique index concurrently if not exists {name} on {new.table} "
        f"({listed}){include}{nulls};\n"
        f"alter table {new.table} add constraint {name} {words} using index {name};"
    )


RULE = Rule(
    level=Level.WARNING,
    on=("alter_table_stmt",),
    act=check,
    spares_new=True,
    words=frozenset({"primary", "unique"}),
    peers=(
        "squawk/disallowed-unique-constraint",
        "squawk/adding-serial-primary-key-field",
        "squawk/constraint-missing-not-valid",
        "eugene/E7",
        "pgrubic/US014",
        "pgrubic/US015",
        "strong_migrations/add_unique_constraint",
        "django-migration-linter/ADD_UNIQUE",
        "postgres-language-server/disallowUniqueConstraint",
        "postgres-language-server/addingPrimaryKeyConstraint",
    ),
)
