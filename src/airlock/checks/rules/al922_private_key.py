"""A private key stands in a migration.

Whoever has the repository can sign, decrypt or log in as its owner, and it stays in the history of
Git when the file is mended: replace the pair. Public keys and certificates are no secret.

## Example
```sql
comment on schema internal is '-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIOmJ7b3Qx0kY5cV2hW9sTn4uRz8LpA6dGfE1iKqSoMyBoAoGCCqGSM49
-----END EC PRIVATE KEY-----';
```

## Use instead
```sql
comment on schema internal is 'Signed with the key in the vault.';
```
"""

from airlock.checks._exposures import secret
from airlock.checks.exposure.found import Kind
from airlock.checks.rule import Rule
from airlock.model.finding import Level

RULE = Rule(level=Level.ERROR, file=secret(Kind.PRIVATE_KEY), peers=())
