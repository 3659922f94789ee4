"""A domain carries a constraint, which is hard to change later.

To add a constraint to a domain Postgres reads every table that uses it, under locks on all of them,
and NOT VALID does not help with a change of what it says: it has to be dropped and added again. A
CHECK on each table can be changed table by table. Domains that never change are fine, so this is
for projects that want none.

## Example
```sql
do $$
begin
    if to_regtype('internal.percentage') is null then
        create domain internal.percentage as numeric check (value between 0 and 100);
    end if;
end
$$;
```

## Use instead
```sql
create table if not exists internal.rates (
    id bigint generated always as identity primary key,
    rate numeric not null check (rate between 0 and 100)
);
```
"""

from airlock.checks.act import Act
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import qualified
from airlock.model.finding import Level

_ADDS = "C"


def check(act: Act) -> Hits:
    """Find a domain that is made with a constraint, or gets one."""
    if act.kind == "create_domain_stmt":
        name = qualified(act.node.domainname)
        if any(each.WhichOneof("node") == "constraint" for each in act.node.constraints):
            yield Hit(message=f"what {name} allows can hardly be changed later", subject=str(name))
    elif act.node.subtype == _ADDS:
        name = qualified(act.node.type_name)
        yield Hit(message=f"every table that uses {name} is read under a lock", subject=str(name))


RULE = Rule(
    level=Level.NOTE,
    on=("create_domain_stmt", "alter_domain_stmt"),
    act=check,
    opt_in=True,
    peers=(
        "squawk/ban-create-domain-with-constraint",
        "squawk/ban-alter-domain-with-add-constraint",
        "postgres-language-server/banCreateDomainWithConstraint",
        "postgres-language-server/banAlterDomainWithAddConstraint",
    ),
)
