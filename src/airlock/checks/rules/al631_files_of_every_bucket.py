"""A policy on storage.objects counts for every bucket.

All files of all buckets stand in that one table. A policy that does not ask for `bucket_id` opens
the buckets that exist today and each that anybody adds later, private ones included.

## Example
```sql
drop policy if exists "people read their files" on storage.objects;
create policy "people read their files" on storage.objects
    for select to authenticated
    using ((storage.foldername(name))[1] = (select auth.uid())::text);
```

## Use instead
```sql
drop policy if exists "people read their files" on storage.objects;
create policy "people read their files" on storage.objects
    for select to authenticated
    using (
        bucket_id = 'files' and (storage.foldername(name))[1] = (select auth.uid())::text
    );
```
"""

from airlock.checks._conditions import columns, truth
from airlock.checks._policies import LOW, ON, Policy, in_schema, in_text
from airlock.checks.rule import Hit, Hits, Rule
from airlock.model.finding import Level


def judge(policy: Policy) -> Hits:
    """Find a permissive policy there none of whose conditions names the column."""
    if tuple(policy.table) != ("storage", "objects") or not policy.permissive:
        return
    if not LOW.intersection(policy.roles):
        return
    named = {name for each in policy.conditions for name, _ in columns(each, "objects")}
    if "bucket_id" not in named and any(truth(each) is not False for each in policy.conditions):
        yield Hit(
            message=f"{policy.label} counts for every bucket",
            table=policy.table,
            subject=f"{policy.table} {policy.name}",
        )


RULE = Rule(
    level=Level.WARNING,
    on=ON,
    act=in_text(judge),
    schema=in_schema(judge),
    blames=ON,
    peers=("pgrls/SEC050",),
)
