"""The phone number of a person stands in a migration.

It goes to everybody who has the repository, and stays in the history of Git. Take a number that no
network gives out: in North America 555-0100 to 555-0199, in the United Kingdom 07700 900000 to
900999.

A number is known by how it is written, with the code of a country, or by the name of its column.

## Example
```sql
comment on schema internal is 'Out of hours call +91 98765 43210.';
```

## Use instead
```sql
comment on schema internal is 'Out of hours call +1 202-555-0143.';
```
"""

from airlock.checks._exposures import personal
from airlock.checks.exposure.found import Kind
from airlock.checks.rule import Rule
from airlock.model.finding import Level

RULE = Rule(level=Level.ERROR, file=personal(Kind.PHONE), peers=())
