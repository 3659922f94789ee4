"""Nobody waits for a table that pending files made, whatever it is called and whoever made it."""

import pytest

from airlock.checks.act import Context
from airlock.server.address import Address
from airlock.server.connect import connect
from airlock.sources.live import read_catalog
from checks.judging import judge

NEW = "create table shop.items (id bigint primary key, name text);"
INDEX = "create index goods_name_idx on shop.goods (name);"
RENAME = "alter table shop.items rename to goods;"


@pytest.mark.parametrize(
    ("files", "found"),
    [
        pytest.param([NEW, RENAME, INDEX], False, id="in three files"),
        pytest.param([NEW, RENAME + INDEX], False, id="in the file of its new name"),
        pytest.param([NEW + RENAME, INDEX], False, id="in the file that makes it"),
        pytest.param([NEW + RENAME + INDEX], False, id="in one file"),
        pytest.param(
            [
                NEW,
                "alter table shop.items rename to things; alter table shop.things rename to goods;",
                INDEX,
            ],
            False,
            id="renamed twice",
        ),
        pytest.param(
            [NEW.replace("shop", "private"), "alter table private.goods set schema shop;", INDEX],
            True,
            id="another moved here",
        ),
        pytest.param(
            [
                NEW.replace("shop.items", "private.goods"),
                "alter table private.goods set schema shop;",
                INDEX,
            ],
            False,
            id="moved here",
        ),
        pytest.param([RENAME, INDEX], True, id="not new"),
        pytest.param([NEW, "alter view shop.items rename to goods;"], False, id="no index at all"),
    ],
)
def test_a_new_table_stays_new_by_another_name(files: list[str], found: bool) -> None:
    assert bool(judge(*files, select=["AL101"])) == found


@pytest.mark.parametrize(
    ("files", "found"),
    [
        pytest.param(["select shop.make('goods');", INDEX], False, id="made by a function"),
        pytest.param(["", INDEX.replace("goods (", "sold (")], True, id="there before"),
        pytest.param(
            ["alter table shop.sold rename to goods;", INDEX], True, id="there by another name"
        ),
        pytest.param(["", "create index on auth.users (email);"], True, id="of the platform"),
    ],
)
def test_what_was_not_there_is_new(files: list[str], found: bool, empty_database: Address) -> None:
    with connect(empty_database) as session:
        session.execute("create schema shop; create table shop.sold (id bigint, name text)")
        context = Context(before=read_catalog(session))
    assert bool(judge(*files, select=["AL101"], context=context)) == found
