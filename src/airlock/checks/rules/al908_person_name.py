"""The name of a person is written by a migration.

A column that holds people's names gets one here, so rows of real people may have been copied into
the file. Put rows for tests into the seed file, with names that are plainly made up, and bring real
ones in by a way that is not the schema's.

## Example
```sql
create or replace function internal.restore() returns void
    language sql set search_path = '' as $$
    insert into internal.customers (full_name) values ('Priyanka Raghunathan')
    on conflict do nothing;
$$;
```

## Use instead
```sql
alter table internal.customers alter column full_name set default 'Unknown';
```
"""

from airlock.checks._exposures import personal
from airlock.checks.exposure.found import Kind
from airlock.checks.rule import Rule
from airlock.model.finding import Level

RULE = Rule(level=Level.WARNING, file=personal(Kind.PERSON), peers=())
