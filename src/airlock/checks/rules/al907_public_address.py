"""The address of a machine on the internet stands in a migration.

It says where something can be attacked, or where a person was, which makes it personal data. Where
a service is found belongs to the settings of each environment, since the staging one is elsewhere.

Addresses of private networks and of documentation (192.0.2.1, 198.51.100.1, 203.0.113.1) pass.

## Example
```sql
comment on schema internal is 'Fed by the machine at 52.95.110.47.';
```

## Use instead
```sql
comment on schema internal is 'Fed by the machine at 203.0.113.47.';
```
"""

from airlock.checks._exposures import personal
from airlock.checks.exposure.found import Kind
from airlock.checks.rule import Rule
from airlock.model.finding import Level

RULE = Rule(level=Level.WARNING, file=personal(Kind.ADDRESS), peers=())
