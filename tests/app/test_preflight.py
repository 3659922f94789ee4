"""What is said before two sources are compared."""

from __future__ import annotations

import pytest

from airlock.app.preflight import Server, Side, said_before, server_of
from airlock.kinds.extension import Extension
from airlock.model.catalog import Catalog
from airlock.model.finding import Level
from airlock.model.node import Id, satellite
from airlock.server.address import Address
from airlock.server.connect import connect
from airlock.sources.live import read_catalog

SCHEMA = """
    create table public.t (a text collate ucs_basic, b text collate "C", c text);
    do $$
    begin
      if not exists (select from pg_roles where rolname = 'preflight_reader') then
        create role preflight_reader;
      end if;
    end
    $$;
    grant select on public.t to preflight_reader;
"""


@pytest.fixture
def side(empty_database: Address) -> Side:
    with connect(empty_database) as session:
        session.execute(SCHEMA)
        return Side(label="here", catalog=read_catalog(session), server=server_of(session))


def without(server: Server | None, **changes: object) -> Server:
    assert server is not None
    fields = {name: getattr(server, name) for name in server.__dataclass_fields__}
    return Server(**(fields | changes))


def other(side: Side, server: Server | None, *, major: int = 0) -> Side:
    catalog = Catalog(nodes={}, edges={}, major=major or side.catalog.major)
    return Side(label="there", catalog=catalog, server=server)


def test_nothing_is_said_of_what_is_there(side: Side) -> None:
    assert side.server is not None
    assert side.server.may_dump
    assert side.server.owner == "postgres"
    assert list(said_before(side, side)) == []


def test_what_a_server_lacks_is_named(side: Side) -> None:
    nodes = dict(side.catalog.nodes) | {
        Id("extension", ("postgis",)): Extension(
            id=Id("extension", ("postgis",)),
            schema="public",
            relocatable=False,
            version="3",
            has_tables=True,
        )
    }
    needy = Side(label="here", catalog=Catalog(nodes=nodes, edges={}, major=18), server=None)
    server = without(
        side.server, roles=frozenset(), extensions=frozenset(), collations=frozenset({"C"})
    )
    found = {f.code: f for f in said_before(other(side, server), needy)}
    assert set(found) == {"missing-role", "missing-extension", "missing-collation"}
    assert "preflight_reader" in found["missing-role"].message
    assert found["missing-role"].level is Level.NOTE
    assert "postgis" in found["missing-extension"].message
    assert "ucs_basic" in found["missing-collation"].message
    assert "lacks" in found["missing-collation"].message


def test_a_snapshot_has_no_server(side: Side) -> None:
    assert list(said_before(other(side, None), side)) == []


def test_two_majors(side: Side) -> None:
    there = other(side, side.server, major=15)
    (found,) = said_before(there, side)
    assert (found.code, found.level, found.fix) == ("majors-differ", Level.NOTE, None)
    assert found.message == "there is Postgres 15, here is Postgres 18"


def test_what_two_majors_could_not_compare_is_listed(side: Side) -> None:
    there = other(side, side.server, major=15)
    table, column = Id("table", ("public", "t")), Id("column", ("public", "t", "a"))
    lost = ((column, "not_null_name"), (satellite("grant", table), "entries"))
    (found,) = said_before(there, side, lost)
    assert found.level is Level.WARNING
    assert "column not null name: public.t.a; grant entries: of table public.t." in str(found.why)
