"""The name of a person is written by a migration.

A column that holds people's names gets one here, so rows of real people may have been copied into
the file. Put rows for tests into the seed file, with names that are plainly made up, and bring real
ones in by a way that is not the schema's.

## Example
```sql
comment on schema internal is 'One row for each customer.';
update internal.customers set full_name = 'Priyanka Raghunathan' where full_name is null;
```

## Use instead
```sql
update internal.customers set full_name = 'Test Customer' where full_name is null;
```
"""

from airlock.checks._exposures import personal
from airlock.checks.exposure.found import Kind
from airlock.checks.rule import Rule
from airlock.model.finding import Level

RULE = Rule(level=Level.WARNING, file=personal(Kind.PERSON), peers=())
