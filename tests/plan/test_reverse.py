"""What a rollback does to rows."""

from __future__ import annotations

import pytest

from airlock.plan.reverse import widens


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("integer", "bigint"),
        ("character varying(20)", "character varying(40)"),
        ("character varying(20)", "character varying"),
        ("character varying(20)", "text"),
        ("numeric(10,2)", "numeric(12,4)"),
        ("numeric(10,2)", "numeric"),
        ("smallint", "numeric"),
        ("text", "text"),
    ],
)
def test_what_keeps_every_value(old: str, new: str) -> None:
    assert widens(old, new)
    assert old == new or not widens(new, old)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("numeric(10,2)", "numeric(10,4)"),
        ("numeric(10,2)", "numeric(10,0)"),
        ("integer", "numeric(4,0)"),
        ("text", "jsonb"),
        ("timestamp with time zone", "timestamp without time zone"),
    ],
)
def test_what_may_not_keep_it(old: str, new: str) -> None:
    assert not widens(old, new)
