"""A second run of the file stops where it drops what is gone by then.

DROP … IF EXISTS passes where the work is done, with a notice. A name that was never there passes
too, so look at the notices of the first run for a name that was mistyped.

What stands in the file's own BEGIN … COMMIT, what is dropped under a condition, and what the same
file makes before are left alone.

## Example
```sql
drop sequence internal.order_numbers;
```
```sql
alter table internal.orders
    drop constraint orders_total_positive,
    add constraint orders_total_positive check (total_cents > 0) not valid;
```

## Use instead
```sql
drop sequence if exists internal.order_numbers;
```
```sql
alter table internal.orders
    drop constraint if exists orders_total_positive,
    add constraint orders_total_positive check (total_cents > 0) not valid;
```
"""

from collections.abc import Iterator

from airlock.checks._guards import (
    IF_EXISTS,
    after_words,
    all_or_nothing,
    brought,
    insertion,
    key,
    object_kind,
    parts_of,
)
from airlock.checks.act import Act
from airlock.checks.rule import Edit, Hit, Hits, Rule, edited
from airlock.checks.syntax import commands, relation
from airlock.model.finding import Level
from airlock.model.names import few, spell
from airlock.sources.lexing import Token, tokens

_COMMANDS = {"AT_DropColumn": "column", "AT_DropConstraint": "constraint"}


def check(act: Act) -> Hits:
    """Find a DROP, also of a column or a constraint, without the words."""
    if act.guarded or all_or_nothing(act):
        return
    if act.kind == "alter_table_stmt":
        yield from _inside(act)
    elif not act.node.missing_ok and not _is_own(act):
        kind, names = _named(act)
        at = _after_kind(act, kind)
        edits = insertion(at, IF_EXISTS) if at is not None else ()
        yield Hit(
            message=f"a second run fails here: the {kind} {few(names)} is gone by then",
            subject=few(names),
            fix=edited(act, *edits) if edits else None,
            edits=edits,
        )


def _is_own(act: Act) -> bool:
    """Whether all that is dropped was made, or got its name, in the same file."""
    if act.kind != "drop_stmt":
        return False
    kind = object_kind(act.node, "remove_type")
    return all(brought(act, key(kind, *parts_of(each))) for each in act.node.objects)


def _named(act: Act) -> tuple[str, list[str]]:
    node = act.node
    match act.kind:
        case "drop_role_stmt":
            return "role", [spell(each.role_spec.rolename) for each in node.roles]
        case "drop_subscription_stmt":
            return "subscription", [spell(node.subname)]
        case "drop_user_mapping_stmt":
            return "user mapping", [spell(node.user.rolename or "public")]
        case _:
            kind = object_kind(node, "remove_type")
            return kind, [_shown(kind, parts_of(each)) for each in node.objects]


def _shown(kind: str, names: tuple[str, ...]) -> str:
    if kind in {"policy", "trigger", "rule"}:
        return f"{spell(names[-1])} of {spell(*names[:-1])}"
    return spell(*names)


def _after_kind(act: Act, kind: str) -> int | None:
    words = kind.split()
    if kind == "index" and act.node.concurrent:
        words.append("concurrently")
    for each in (words, ["user"], ["group"]) if kind == "role" else (words,):
        at = after_words(act, "drop", *each)
        if at is not None:
            return at
    return None


def _inside(act: Act) -> Hits:
    table = relation(act.node.relation)
    places = dict(_dropped(act))
    for sort, command in commands(act.node):
        if sort not in _COMMANDS or command.missing_ok:
            continue
        at = places.get(command.name)
        edits: tuple[Edit, ...] = insertion(at, IF_EXISTS) if at is not None else ()
        yield Hit(
            message=f"a second run fails here: the {_COMMANDS[sort]} {spell(command.name)} "
            f"of {table} is gone by then",
            at=at,
            subject=f"{table}.{command.name}",
            fix=edited(act, *edits) if edits else None,
            edits=edits,
        )


def _dropped(act: Act) -> Iterator[tuple[str, int]]:
    """Yield the names that follow DROP, DROP COLUMN and DROP CONSTRAINT, and where they are."""
    after = False
    for kind, start, end in tokens(act.text):
        if kind is Token.COMMENT:
            continue
        word = act.text[start:end]
        if kind is Token.WORD and word.lower() == "drop":
            after = True
        elif not (after and kind is Token.WORD and word.lower() in _COMMANDS.values()):
            if after:
                plain = word[1:-1].replace('""', '"') if kind is Token.NAME else word.lower()
                yield plain, act.start + start
            after = False


RULE = Rule(
    level=Level.WARNING,
    on=(
        "drop_stmt",
        "drop_role_stmt",
        "drop_subscription_stmt",
        "drop_user_mapping_stmt",
        "alter_table_stmt",
    ),
    act=check,
    peers=("squawk/prefer-robust-stmts", "safe-migrate/missing-idempotency"),
)
