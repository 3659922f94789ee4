"""A policy on storage.objects counts for every bucket.

All files of all buckets stand in that one table. A policy that does not ask for `bucket_id` opens
the buckets that exist today and each that anybody adds later, private ones included.

Reading and deleting what one owns oneself, by `owner_id`, is the same in every bucket, and passes.

## Example
```sql
drop policy if exists "people read their files" on storage.objects;
create policy "people read their files" on storage.objects
    for select to authenticated
    using ((storage.foldername(name))[1] = (select auth.uid())::text);
```

## Use instead
```sql
drop policy if exists "people read what they own" on storage.objects;
create policy "people read what they own" on storage.objects
    for select to authenticated using (owner_id = (select auth.uid())::text);
```
```sql
drop policy if exists "people read their files" on storage.objects;
create policy "people read their files" on storage.objects
    for select to authenticated
    using (
        bucket_id = 'files' and (storage.foldername(name))[1] = (select auth.uid())::text
    );
```
"""

from airlock.checks._conditions import branches, columns, owners, truth
from airlock.checks._policies import LOW, ON, Policy, in_schema, in_text
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level
from airlock.sources.sqltext import Node

_OWN = frozenset({"select", "delete"})
_OWNER = frozenset({"owner", "owner_id"})


def judge(policy: Policy) -> Hits:
    """Find a permissive policy there none of whose conditions names the column."""
    if tuple(policy.table) != ("storage", "objects") or not policy.permissive:
        return
    if not LOW.intersection(policy.roles):
        return
    named = {name for each in policy.conditions for name, _ in columns(each, "objects")}
    if policy.commands <= _OWN and all(map(_is_own, policy.conditions)):
        return
    if "bucket_id" not in named and any(truth(each) is not False for each in policy.conditions):
        yield Hit(
            message=f"{policy.label} counts for every bucket",
            table=policy.table,
            subject=f"{policy.table} {policy.name}",
        )


def _is_own(condition: Node) -> bool:
    """Whether it lets only those through who own the row, whichever way it holds."""
    return all(
        any(name in _OWNER for name, _ in owners(branch, "objects"))
        for branch in branches(condition)
    )


RULE = Rule(
    level=Level.WARNING,
    on=ON,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=ON,
    peers=("pgrls/SEC050",),
)
