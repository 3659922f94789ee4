"""The number of a bank account stands in a migration.

It is an IBAN of the right length whose check digits are right. Where it is a customer's it is
personal data in every copy of the repository; where it is your own, changing it should not need a
migration. The examples that banks print in their manuals pass.

## Example
```sql
comment on schema internal is 'Payouts come from DE79000000001234567890.';
```

## Use instead
```sql
comment on schema internal is 'Accounts look like DE89370400440532013000.';
```
"""

from airlock.checks._exposures import personal
from airlock.checks.exposure.found import Kind
from airlock.checks.rule import Rule
from airlock.model.finding import Level

RULE = Rule(level=Level.ERROR, file=personal(Kind.ACCOUNT), peers=())
