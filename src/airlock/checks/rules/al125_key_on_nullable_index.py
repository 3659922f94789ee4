"""A primary key is made of an index whose column may hold nulls.

USING INDEX spares the building of the index, but a primary key's columns have to be NOT NULL: where
they are not, Postgres reads the whole table under an ACCESS EXCLUSIVE lock to make them so. Set
them NOT NULL first, by way of a CHECK that is validated on its own.

Without a server to ask, any SET NOT NULL on the table in the pending migrations is taken for that.

## Example
```sql
do $$
begin
    if not exists (
        select from pg_constraint
        where conrelid = 'public.orders'::regclass and conname = 'orders_pkey'
    ) then
        alter table public.orders
            add constraint orders_pkey primary key using index orders_number_key;
    end if;
end
$$;
```

## Use instead
```sql
alter table public.orders validate constraint orders_number_not_null;
alter table public.orders alter column number set not null;
do $$
begin
    if not exists (
        select from pg_constraint
        where conrelid = 'public.orders'::regclass and conname = 'orders_pkey'
    ) then
        alter table public.orders
            add constraint orders_pkey primary key using index orders_number_key;
    end if;
end
$$;
```
"""

import re

from airlock.checks._tables import column_before, index_before, new_constraints
from airlock.checks.act import Act
from airlock.checks.rule import Fact, Hit, Hits, Knows, Rule
from airlock.checks.syntax import Name
from airlock.model.finding import Level
from airlock.model.names import unquote

_COLUMNS = re.compile(r"USING \w+ \((?P<columns>[^()]+)\)")


def check(act: Act) -> Hits:
    """Find a primary key USING INDEX whose columns are not known to be NOT NULL."""
    for new in new_constraints(act):
        if new.sort != "CONSTR_PRIMARY" or not new.node.indexname:
            continue
        index = Name(new.table.schema, new.node.indexname)
        if _is_not_null(act, new.table, index):
            continue
        yield Hit(
            message=f"nobody can use {new.table} while it is searched for nulls, unless the "
            f"columns of {index.name} are NOT NULL already",
            at=act.offset(new.node.location),
            table=new.table,
            unless=(Fact(Knows.NOT_NULL, new.table),),
        )


def _is_not_null(act: Act, table: Name, index: Name) -> bool:
    before = index_before(act, index)
    found = _COLUMNS.search(before.definition) if before else None
    if found is None:
        return False
    names = (unquote(each.strip())[0] for each in found["columns"].split(","))
    columns = [column_before(act, table, name) for name in names]
    return all(column is not None and column.not_null for column in columns)


RULE = Rule(
    level=Level.NOTE,
    on=("alter_table_stmt",),
    act=check,
    spares_new=True,
    peers=("eugene/W14",),
)
