"""The e-mail address of a person stands in a migration.

A migration goes to everybody who has the repository, and into each database that is made from it:
local ones, branches, those of contractors. An address in it is personal data in all of them, and
stays in the history of Git when the file is mended. Take an address that nobody can have, under
example.com or a name that ends in `.test`, and bring real rows in by a way that is not the
schema's.

Addresses of an office (support@, billing@) and those in comments matter less. Addresses under the
reserved names pass.

## Example
```sql
comment on schema internal is 'Ask m.okafor@brightline-logistics.com before a change.';
```

## Use instead
```sql
comment on schema internal is 'Ask the owner@example.com before a change.';
```
"""

from airlock.checks._exposures import personal
from airlock.checks.exposure.found import Kind
from airlock.checks.rule import Rule
from airlock.model.finding import Level

RULE = Rule(level=Level.ERROR, file=personal(Kind.EMAIL), peers=())
