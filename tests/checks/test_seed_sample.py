"""A migration as people write it on a normal day, and every defect that it has."""

from __future__ import annotations

import pytest

from airlock.checks.registry import registry
from checks.judging import codes, judge

SAMPLE = """
-- Delivery preferences of a member, one row each.
create table public.member_delivery (
    id uuid primary key default gen_random_uuid(),
    member_id uuid not null references public.users (id) on delete cascade,
    courier text,
    floor integer default 0,
    tags text[] default '{}',
    window_kind text check (window_kind in ('morning', 'noon', 'evening')),
    slots jsonb default '[]',
    created_at timestamp with time zone default timezone('utc', now()),
    updated_at timestamp with time zone default timezone('utc', now()),
    unique (member_id)
);
create index idx_member_delivery_member_id on public.member_delivery (member_id);
create index idx_member_delivery_courier on public.member_delivery (courier);
alter table public.member_delivery enable row level security;
create policy "Members can view own delivery" on public.member_delivery
    for select using (auth.uid() = member_id);
create policy "Members can update own delivery" on public.member_delivery
    for all using (auth.uid() = member_id);
create trigger update_member_delivery_updated_at before update on public.member_delivery
    for each row execute function touch_updated_at();
comment on table public.member_delivery is 'How a member likes to get parcels.';
"""
DEFECTS = {
    "the table, its indexes and its trigger stop a second run": {"AL801", "AL802"},
    "so do its policies": {"AL803"},
    "an index does again what a constraint does": {"AL411"},
    "a policy for updates is for every command": {"AL619"},
    "a clock of UTC is kept as a moment": {"AL820"},
    "nothing says where the trigger's function is": {"AL706"},
    "a member is a row of public.users, not of auth.users": {"AL724"},
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_every_defect_of_the_sample_is_found(defect: str) -> None:
    if missing := DEFECTS[defect] - set(registry()):
        pytest.skip(f"no rule has the code {', '.join(missing)} yet")
    assert DEFECTS[defect] <= codes(judge(SAMPLE))


def test_the_sample_has_no_data_and_no_secret() -> None:
    assert not {code for code in codes(judge(SAMPLE)) if code.startswith("AL9")}
