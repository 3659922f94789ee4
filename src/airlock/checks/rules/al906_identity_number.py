"""A number that a state gave to a person stands in a migration.

Aadhaar numbers and PANs of India and Social Security numbers of the United States are for life, and
enough to take out a loan in somebody's name. They are known by their form and their check digit.
Leave such values to the application, encrypted.

Numbers that were never given out pass, such as 000-12-3456.

## Example
```sql
comment on schema internal is 'The first customer is 2345 6789 0124.';
```

## Use instead
```sql
comment on schema internal is 'A number has the form 000-12-3456.';
```
"""

from airlock.checks._exposures import personal
from airlock.checks.exposure.found import Kind
from airlock.checks.rule import Rule
from airlock.model.finding import Level

RULE = Rule(level=Level.ERROR, file=personal(Kind.IDENTITY), peers=())
