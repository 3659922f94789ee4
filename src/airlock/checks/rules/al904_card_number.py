"""The number of a payment card stands in a migration.

Its digits are those of a network's range and its last one is right, so it may well be somebody's.
The rules of the card industry forbid to keep it like that. Take a test number of your payment
provider, such as the one that is all 4242; those pass.

## Example
```sql
comment on schema internal is 'Refunds of 2024 went to 4539 4512 0398 7356.';
```

## Use instead
```sql
comment on schema internal is 'Tests pay with 4242 4242 4242 4242.';
```
"""

from airlock.checks._exposures import personal
from airlock.checks.exposure.found import Kind
from airlock.checks.rule import Rule
from airlock.model.finding import Level

RULE = Rule(level=Level.ERROR, file=personal(Kind.CARD), peers=())
