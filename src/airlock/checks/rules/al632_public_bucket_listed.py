"""Everybody can list the files of a public bucket.

Files of a public bucket are read by their address, without any policy. A policy for SELECT that
asks for nothing but the bucket adds one thing: to list them all, and so to find files whose address
nobody was given.

## Example
```sql
insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true)
on conflict (id) do nothing;
drop policy if exists "avatars are public" on storage.objects;
create policy "avatars are public" on storage.objects
    for select to anon, authenticated using (bucket_id = 'avatars');
```

## Use instead
```sql
insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true)
on conflict (id) do nothing;
drop policy if exists "people list their avatars" on storage.objects;
create policy "people list their avatars" on storage.objects
    for select to authenticated
    using (
        bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text
    );
```
"""

from collections.abc import Iterator

from airlock.checks._conditions import column_name, comparison, truth
from airlock.checks._later import is_undone
from airlock.checks._policies import LOW, ON, stated
from airlock.checks.act import Act, File
from airlock.checks.rule import Hit, Hits, Rule
from airlock.checks.syntax import constant, relation
from airlock.model.finding import Level
from airlock.sources.sqltext import Node


def check(act: Act) -> Hits:
    """Find a broad policy for a bucket that the same file makes public."""
    policy = stated(act)
    if is_undone(act):
        return
    if tuple(policy.table) != ("storage", "objects") or "select" not in policy.commands:
        return
    if not policy.permissive or not LOW.intersection(policy.roles):
        return
    wanted = _bucket(policy.using)
    for bucket in _public_buckets(act.file):
        if wanted in {"", bucket}:
            yield Hit(
                message=f"{policy.label} lets people list all files of the public bucket {bucket}",
                table=policy.table,
                subject=f"{policy.table} {policy.name}",
            )
            return


def _bucket(condition: Node | None) -> str | None:
    """Return the only bucket that a condition asks for; empty where it asks for none at all."""
    if condition is None or truth(condition):
        return ""
    found = comparison(condition)
    if found is None or found.operator != "=":
        return None
    names = {column_name(found.left)[-1:], column_name(found.right)[-1:]}
    return (constant(found.right) or constant(found.left)) if ("bucket_id",) in names else None


def _public_buckets(file: File) -> Iterator[str]:
    for act in file.acts:
        if act.kind != "insert_stmt" or tuple(relation(act.node.relation)) != (
            "storage",
            "buckets",
        ):
            continue
        names = [each.res_target.name for each in act.node.cols]
        if "public" not in names or "id" not in names:
            continue
        for row in act.node.select_stmt.select_stmt.values_lists:
            items = row.list.items
            if len(items) == len(names) and truth(items[names.index("public")]):
                yield constant(items[names.index("id")]) or ""


RULE = Rule(level=Level.WARNING, on=ON, act=check, peers=("splinter/0025", "rlsgate/public-bucket"))
