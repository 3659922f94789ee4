"""A statement cannot be read.

No rule has looked at it, so nothing is known of it. Either it has a mistake, which the server will
refuse too, or it is newer than the grammar that Airlock brings, which is that of Postgres 18. The
other statements of the file are judged all the same.

## Example
```sql
create tabel public.orders (id bigint primary key);
```

## Use instead
```sql
create table if not exists internal.orders (id bigint primary key);
```
"""

from airlock.checks.rule import Rule
from airlock.model.finding import Level

RULE = Rule(level=Level.ERROR, peers=())
