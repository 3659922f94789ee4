"""One schema on servers of two major versions: what they make of it is no difference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from airlock.diff.compare import addresses, compare
from airlock.kinds import registry
from airlock.kinds.comment import Comment
from airlock.kinds.grant import Grant
from airlock.kinds.membership import Membership
from airlock.kinds.owner import Owner
from airlock.kinds.subscription import Subscription
from airlock.model.catalog import Catalog, catalog_of
from airlock.model.fingerprint import fingerprint
from airlock.model.names import quote
from airlock.model.node import Id, Node, late_attributes, satellite
from airlock.server.address import Address
from airlock.server.cluster import Cluster
from airlock.server.connect import connect
from airlock.server.statements import Runner
from airlock.sources.live import read_catalog
from airlock.sources.majors import as_on, levelled
from airlock.sources.sqltext import cut, shortened_query

SCHEMA = (Path(__file__).parent / "majors.sql").read_text()
TABLE = Id("table", ("public", "t"))
EVERYTHING = ("delete", "insert", "references", "select", "trigger", "truncate", "update")


def load(address: Address) -> Catalog:
    with connect(replace(address, embedded=False)) as session:
        Runner(session, throw_away=True).run(cut("majors.sql", SCHEMA))
        return read_catalog(session)


# Two servers -----------------------------------------------------------------------------------


@pytest.fixture
def newer(empty_database: Address) -> Iterator[Catalog]:
    try:
        yield load(empty_database)
    finally:
        with connect(replace(empty_database, embedded=False)) as session:
            roles = [f"majors_{name}" for name in ("reader", "writer", "member")]
            for role in roles:
                session.execute(f"drop owned by {quote(role)} cascade")
            for role in roles:
                session.execute(f"drop role {quote(role)}")


def test_two_majors_make_the_same_of_one_schema(older_cluster: Cluster, newer: Catalog) -> None:
    with connect(older_cluster.address("airlock"), acting=False) as session:
        session.execute("create database majors template template0 owner postgres")
    older = load(older_cluster.address("majors"))
    assert older.major < newer.major
    assert list(compare(older, newer))
    for old, new in ((older, newer), (newer, older)):
        level = levelled(old, new)
        assert list(compare(level.old, level.new)) == []
        assert fingerprint(level.old) == fingerprint(level.new)
        named = {(str(id), attribute) for id, attribute in level.lost}
        assert ("column public.people.n", "not_null_name") in named
        assert ("domain public.code", "not_null_name") in named


def test_a_newer_server_as_an_older_has_it(newer: Catalog) -> None:
    """What it says there and back again is all that the older can say."""
    older = as_on(15, newer, low=15, high=newer.major)
    assert not any(
        getattr(node, name) != late.before
        for node in older
        for name, late in late_attributes(type(node)).items()
    )
    level = levelled(newer, older)
    assert list(compare(level.old, level.new)) == []
    assert level.old.major == level.new.major == newer.major
    (table,) = (n for n in older if n.id == satellite("grant", Id("table", ("public", "posts"))))
    assert isinstance(table, Grant)
    assert "maintain" not in {entry[1] for entry in table.entries}


# Queries ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "SELECT a.id,\n    a.n AS m\n   FROM public.a",
            "SELECT id,\n    n AS m\n   FROM public.a",
        ),
        ('SELECT "A".x FROM public."A"', 'SELECT x FROM public."A"'),
        ('SELECT "ä.""b"."ö" FROM t "ä.""b"', 'SELECT "ö" FROM t "ä.""b"'),
        ("SELECT 'a.id'::text AS id FROM a", "SELECT 'a.id'::text AS id FROM a"),
        ("SELECT a.*::a AS a, (a.b).c FROM a", "SELECT a.*::a AS a, (b).c FROM a"),
        ("SELECT a.n AS id FROM a ORDER BY a.id, a.n", "SELECT n AS id FROM a ORDER BY a.id, n"),
        ("SELECT a.n FROM a ORDER BY a.n", "SELECT n FROM a ORDER BY n"),
        ("SELECT a.n FROM ( SELECT a.n FROM b a) a", "SELECT n FROM ( SELECT a.n FROM b a) a"),
        (
            "SELECT a.n FROM a WHERE (EXISTS ( SELECT FROM b WHERE (b.n = a.n)))",
            "SELECT n FROM a WHERE (EXISTS ( SELECT FROM b WHERE (b.n = a.n)))",
        ),
        ("SELECT a.n, b.n FROM a, b", "SELECT a.n, b.n FROM a, b"),
        ("SELECT a.n FROM (a JOIN b USING (n))", "SELECT a.n FROM (a JOIN b USING (n))"),
        ("SELECT a.n FROM a UNION SELECT b.n FROM b", "SELECT a.n FROM a UNION SELECT b.n FROM b"),
        ("VALUES (1), (2)", "VALUES (1), (2)"),
        ("SELECT 1 AS one", "SELECT 1 AS one"),
        ("what is no query", "what is no query"),
    ],
)
def test_a_query_is_shortened_as_postgres_does(old: str, new: str) -> None:
    assert shortened_query(old) == new


# Catalogs --------------------------------------------------------------------------------------


def catalog(major: int, *nodes: Node) -> Catalog:
    return catalog_of(nodes, major=major)


def grant(*privileges: str, to: str = "reader") -> Grant:
    own = [("", each, "", "") for each in EVERYTHING]
    given = [(to, each, "", "") for each in privileges]
    return Grant(
        id=satellite("grant", TABLE),
        parent=TABLE,
        entries=tuple(sorted((*own, *given))),
        owner="postgres",
    )


def with_maintain(node: Grant, *who: str) -> Grant:
    more = ((each, "maintain", "", "") for each in who)
    return replace(node, entries=tuple(sorted((*node.entries, *more))))


def test_one_major_is_left_as_it_is() -> None:
    old, new = catalog(18, grant("select")), catalog(18, with_maintain(grant("select"), ""))
    level = levelled(old, new)
    assert (level.old, level.new, level.lost) == (old, new, ())


def test_an_empty_side_has_no_major() -> None:
    old, new = catalog(0), catalog(18, with_maintain(grant(), "", "reader"))
    assert levelled(old, new).new is new


def test_maintain_comes_with_all_the_rest() -> None:
    fifteen = catalog(15, grant(*EVERYTHING))
    eighteen = catalog(18, with_maintain(grant(*EVERYTHING), "", "reader"))
    for level in (levelled(fifteen, eighteen), levelled(eighteen, fifteen)):
        assert list(compare(level.old, level.new)) == []
        assert level.lost == ()
    assert levelled(eighteen, fifteen).new.nodes == eighteen.nodes


def test_maintain_alone_is_listed() -> None:
    fifteen = catalog(15, grant("select"))
    eighteen = catalog(18, with_maintain(grant("select"), "", "reader"))
    level = levelled(fifteen, eighteen)
    assert list(compare(level.old, level.new)) == []
    assert level.lost == ((satellite("grant", TABLE), "entries"),)


def test_privileges_that_go_without_saying_are_no_node() -> None:
    level = levelled(catalog(15), catalog(18, with_maintain(grant(), "", "reader")))
    assert list(compare(level.old, level.new)) == []
    assert level.lost == ((satellite("grant", TABLE), "entries"),)


def test_other_privileges_still_differ() -> None:
    level = levelled(catalog(15, grant()), catalog(18, with_maintain(grant("insert"), "")))
    (change,) = compare(level.old, level.new)
    assert addresses(change) == satellite("grant", TABLE)


def test_a_comment_on_a_named_not_null() -> None:
    column = Id("column", (*TABLE.path, "c"))
    on = Id("constraint", (*TABLE.path, "given"))
    said = Comment(id=satellite("comment", on), parent=column, text="why", given=False)
    level = levelled(catalog(15), catalog(18, said))
    assert list(compare(level.old, level.new)) == []
    assert level.lost == ((said.id, "text"),)


def test_options_of_a_membership() -> None:
    def member(*, inherit: bool | None, set_: bool | None) -> Membership:
        return Membership(id=Id("membership", ("r", "m")), admin=False, inherit=inherit, set=set_)

    fifteen = catalog(15, member(inherit=None, set_=None))
    level = levelled(fifteen, catalog(18, member(inherit=True, set_=True)))
    assert (list(compare(level.old, level.new)), level.lost) == ([], ())
    level = levelled(fifteen, catalog(18, member(inherit=False, set_=True)))
    assert list(compare(level.old, level.new)) == []
    assert [attribute for _, attribute in level.lost] == ["inherit"]


def test_parameters_of_a_subscription() -> None:
    def subscription(*parameters: str) -> Subscription:
        return Subscription(
            id=Id("subscription", ("s",)),
            publications=("p",),
            slot=None,
            parameters=parameters,
            enabled=False,
        )

    fourteen = catalog(14, subscription("binary = false", "streaming = off"))
    eighteen = catalog(
        18, subscription("binary = false", "streaming = parallel", "failover = false")
    )
    level = levelled(fourteen, eighteen)
    assert list(compare(level.old, level.new)) == []
    level = levelled(fourteen, catalog(18, subscription("binary = true", "streaming = parallel")))
    assert len(list(compare(level.old, level.new))) == 1


def test_schema_public_as_each_version_makes_it() -> None:
    public = Id("schema", ("public",))

    def made(major: int, owner: str, *everybody: str) -> Catalog:
        entries = [("", each, "", "") for each in ("create", "usage")]
        entries += [("public", each, "", "") for each in everybody]
        said = Grant(id=satellite("grant", public), entries=tuple(sorted(entries)), owner=owner)
        return catalog(major, Owner(id=satellite("owner", public), role=owner), said)

    old = made(14, "postgres", "create", "usage")
    level = levelled(old, made(18, "pg_database_owner", "usage"))
    assert list(compare(level.old, level.new)) == []
    assert level.lost == ((public, "owner and privileges that it starts with"),)
    level = levelled(old, made(18, "pg_database_owner"))
    assert len(list(compare(level.old, level.new))) == 2


def test_every_late_attribute_has_the_type_of_its_field() -> None:
    late = {
        (spec.name, name): each.since
        for spec in registry().values()
        for name, each in late_attributes(spec.node).items()
    }
    assert late[("column", "not_null_name")] == 18
    assert late[("domain", "not_null_name")] == 17
    assert late[("membership", "set")] == 16
