"""A name is longer than Postgres keeps.

Postgres cuts a name after 63 bytes and says so only in a notice. Two names that begin alike become
one, so that the second object exists already; and code that looks for the whole name in the catalog
does not find it.

## Example
```sql
alter index if exists internal.orders_idx
    rename to orders_by_customer_and_country_and_status_and_day_of_their_delivery;
```

## Use instead
```sql
alter index if exists internal.orders_idx rename to orders_by_customer_and_day_of_delivery;
```
"""

import re

from airlock.checks.act import Act
from airlock.checks.rule import Edit, Hit, Hits, Mend, Rule, edited
from airlock.model.finding import Level
from airlock.model.names import unquote
from airlock.sources.lexing import Token, tokens

_KEPT = 63
"""Bytes of a name, in UTF-8 (PostgreSQL manual, 4.1.1)."""
_MAY_HOLD = re.compile(r'[^\s"\'(),;.]{16}|"[^"]{16}')
"""What every text with such a name has: 64 bytes are at least 16 characters."""
_MAY_HOLD_IN_ASCII = re.compile(r'[\w$]{64}|"[^"]{64}|\w""\w')


def check(act: Act) -> Hits:
    """Find one; the edit writes what Postgres makes of it."""
    own = act.text[act.lead :]
    may_hold = _MAY_HOLD_IN_ASCII if own.isascii() else _MAY_HOLD
    if not may_hold.search(own):
        return
    for kind, begin, end in tokens(own):
        word = own[begin:end]
        if kind not in {Token.WORD, Token.NAME} or len(word.encode()) <= _KEPT:
            continue
        name = word if kind is Token.WORD else "".join(unquote(word))
        kept = name.encode()[:_KEPT].decode(errors="ignore")
        if kept == name or not (kind is Token.WORD or word.startswith('"')):
            continue
        at = act.start + act.lead + begin
        text = kept if kind is Token.WORD else '"' + kept.replace('"', '""') + '"'
        edit = Edit(start=at, end=at + len(word), text=text)
        yield Hit(
            message=f"Postgres keeps {_KEPT} of the {len(name.encode())} bytes of this name",
            at=at,
            length=len(word),
            subject=str(begin),
            fix=edited(act, edit),
            edits=(edit,),
            mend=Mend.SAFE,
        )


RULE = Rule(
    level=Level.WARNING,
    act=check,
    bodies=True,
    peers=("squawk/identifier-too-long",),
)
