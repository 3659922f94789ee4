"""A row that is deleted over there takes rows here along.

With ON DELETE CASCADE one statement on one table deletes rows of others that it does not name, as
many as there are, in one transaction, and a mistake is larger than it looks. Where it is what is
meant, allow it there; the rule is for projects that want it said each time.

## Example
```sql
alter table internal.items
    drop constraint if exists items_order_id_fkey,
    add constraint items_order_id_fkey
    foreign key (order_id) references internal.orders (id) on delete cascade not valid;
create index if not exists items_order_id_idx on internal.items (order_id);
```

## Use instead
```sql
alter table internal.items
    drop constraint if exists items_order_id_fkey,
    add constraint items_order_id_fkey
    foreign key (order_id) references internal.orders (id) on delete restrict not valid;
create index if not exists items_order_id_idx on internal.items (order_id);
```

## Given
```sql
create table if not exists internal.orders (id bigint generated always as identity primary key);
create table if not exists internal.items (
    id bigint generated always as identity primary key,
    order_id bigint
);
```
"""

from airlock.checks._cascades import ON, cascades
from airlock.checks.rule import Rule
from airlock.model.finding import Level

RULE = Rule(
    level=Level.NOTE,
    on=ON,
    act=cascades("fk_del_action", "that is deleted takes along"),
    opt_in=True,
    words=frozenset({"references"}),
    peers=("pgrubic/CT002", "bytebase/statement-disallow-on-del-cascade"),
)
