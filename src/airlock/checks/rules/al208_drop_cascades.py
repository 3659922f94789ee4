"""A DROP takes along what it does not name.

CASCADE drops whatever depends on the object: views, foreign keys, policies, defaults, columns of a
dropped type with their values. What that is depends on the database, and may be more in production
than here. Drop what depends on it by name, and leave CASCADE out: then Postgres refuses where
something was forgotten.

## Example
```sql
drop sequence if exists internal.order_numbers cascade;
```

## Use instead
```sql
drop sequence if exists internal.order_numbers;
```
"""

from airlock.checks._drops import dropped, is_cascading
from airlock.checks.act import Act
from airlock.checks.rule import Edit, Hit, Hits, Mend, Rule, edited
from airlock.checks.syntax import Name, commands, relation
from airlock.model.finding import Level
from airlock.model.names import spell

_SORTS = {"AT_DropColumn": "column", "AT_DropConstraint": "constraint"}


def check(act: Act) -> Hits:
    """Find a CASCADE."""
    if act.kind == "alter_table_stmt":
        for sort, command in commands(act.node):
            if sort in _SORTS and is_cascading(command):
                table = relation(act.node.relation)
                yield _hit(act, f"{_SORTS[sort]} {spell(command.name)} of {table}", table)
        return
    if is_cascading(act.node):
        for each in dropped(act):
            own = f"{spell(each.own)} on " if each.own else ""
            yield _hit(act, f"{each.sort} {own}{each.name}", each.name)


def _hit(act: Act, what: str, name: Name) -> Hit:
    start, end = act.word("cascade")
    while act.file.text[start - 1].isspace():
        start -= 1
    edit = Edit(start=start, end=end, text="")
    return Hit(
        message=f"whatever depends on the {what} goes with it, unnamed",
        table=name,
        subject=what,
        fix=edited(act, edit),
        edits=(edit,),
        mend=Mend.UNSAFE,
    )


RULE = Rule(
    level=Level.WARNING,
    on=("drop_stmt", "alter_table_stmt"),
    act=check,
    spares_new=True,
    peers=(
        "pgrubic/GN015",
        "bytebase/statement-disallow-rm-tbl-cascade",
        "bytebase/statement-disallow-cascade",
    ),
)
