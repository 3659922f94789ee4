"""Positive controls: canaries that come out on purpose, in every channel and in every form.

A search that finds nothing says something only if it finds what is there. One of these that is not
found fails the suite.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from calls import CALLS, Site
from matcher import Kind, Matcher, Mint
from plant import Protected, canary_in
from runs import Bench, Clean, Run, inside
from wire import Record

sys.path.insert(0, str(Path(__file__).parent / "inside"))
from talker import FORMS

CONTROLS = True
"""What is found here is found on purpose, and no leak."""
Fired = Callable[[str, bool], None]
CHANNELS = (
    "stdout",
    "stderr",
    "argv",
    "environment of children",
    "project files",
    "temporary files",
    "AIRLOCK_HOME",
)


# ------------------------------------------------------------------------------------- forms


@pytest.mark.parametrize("form", FORMS)
def test_each_canary_is_found_in_each_form(protected: Protected, form: str, fired: Fired) -> None:
    matcher = Matcher(protected.mint)
    for canary in protected.mint.made:
        if "cut off" in form and canary.binary:
            continue
        data = b"before " + FORMS[form](canary.text.encode()) + b" after"
        hits = matcher.find(data)
        assert hits, f"{canary} was not found as {form}"
        assert "cut off" in form or {hit.canary for hit in hits} == {canary}
    fired("forms", True)


def test_each_canary_is_found_as_the_server_sends_it_to_a_binary_client(
    protected: Protected, fired: Fired
) -> None:
    matcher = Matcher(protected.mint)
    for canary in protected.mint.made:
        if canary.binary:
            for data in (canary.binary, canary.binary.hex().encode()):
                assert {hit.canary for hit in matcher.find(b"\0" + data + b"\0")} == {canary}
    fired("forms", True)


def test_the_hash_of_a_whole_value_is_found(protected: Protected) -> None:
    email = canary_in(protected, "email")
    assert email.planted != email.text
    matcher = Matcher(protected.mint)
    for text in (email.planted, email.text):
        hashed = FORMS["sha256"](text.encode())
        assert [hit.canary for hit in matcher.find(b"id-" + hashed + b"0")] == [email]


def test_what_was_not_planted_is_not_found(protected: Protected) -> None:
    other = Mint()
    texts = [other.text(Kind.CONTROL, "elsewhere"), str(other.number(Kind.CONTROL, "elsewhere"))]
    texts += [other.uuid(Kind.CONTROL, "elsewhere"), other.address(Kind.CONTROL, "elsewhere")]
    data = b"\n".join(FORMS[form](text.encode()) for form in FORMS for text in texts)
    assert Matcher(protected.mint).find(data) == []
    assert Matcher(other).find(data)


# ---------------------------------------------------------------------------------- channels


@pytest.mark.parametrize("form", ["plain", "hex", "base64, one aside", "sha256"])
@pytest.mark.parametrize("channel", CHANNELS)
def test_a_command_that_gives_a_canary_away_is_caught(
    *,
    channel: str,
    form: str,
    run: Run,
    clean: Clean,
    protected: Protected,
    bench: Bench,
    tmp_path: Path,
    fired: Fired,
) -> None:
    canary = canary_in(protected, "auth.users.email")
    told = tmp_path / "told"
    told.write_text(canary.text)
    try:
        ran = run(channel, form, command=inside("talker.py", channel, form, str(told)))
        assert ran.code == 0, ran.told
        with pytest.raises(pytest.fail.Exception, match=f"{channel}: row canary"):
            clean(ran)
        caught = {name for name, hits in ran.hits.items() if hits}
        fired(channel, channel in caught)
        assert caught == {channel}
    finally:
        (bench.home / "canary-control").unlink(missing_ok=True)


def test_a_command_that_says_nothing_proves_nothing(run: Run, clean: Clean) -> None:
    with pytest.raises(AssertionError, match="nothing was said"):
        clean(run("silence", command=[sys.executable, "-c", "pass"]))


def test_a_traceback_shows_what_it_quotes(
    *, run: Run, protected: Protected, tmp_path: Path, fired: Fired
) -> None:
    """The bug that stays silent elsewhere does hold a row, and a password."""
    row = tmp_path / "row"
    row.write_text(canary_in(protected, "email").planted)
    words = ["status", "production"]
    ran = run(*words, command=inside("broken.py", str(row), json.dumps(words)), AIRLOCK_DEBUG="1")
    assert "Traceback" in ran.err
    found = {hit.canary.kind for hit in ran.hits["stderr"] if hit.canary}
    fired("traceback", found == {Kind.ROW, Kind.PASSWORD})


def test_a_database_of_airlocks_own_shows_the_row_and_logs_it(
    *, bench: Bench, project: Site, tmp_path: Path, fired: Fired
) -> None:
    """Rows of one's own databases may be shown: so errors, JSON and the log do hold them."""
    mint = Mint()
    row = mint.text(Kind.CONTROL, "a local row")
    project.write(
        "db/migrations/20250201000000_nicknames.sql",
        f"create table app.local (name text unique);\n"
        f"insert into app.local select '{row}' from generate_series(1, 2);\n",
    )
    other = replace(bench, matcher=Matcher(mint), since=time.time_ns(), tallies={})
    for form, channel in (("text", "stdout"), ("json", "stdout")):
        ran = other.run(
            [sys.executable, "-m", "airlock", "up", "--format", form],
            project=project.root,
            scratch=tmp_path / "scratch",
            variables=project.variables,
        )
        assert ran.code == 1, ran.told
        fired(f"{form} report", bool(ran.hits[channel]))
    fired("log of Airlock's servers", bool(ran.hits["AIRLOCK_HOME"]))


def test_the_data_of_airlocks_servers_is_read(
    *, bench: Bench, project: Site, tmp_path: Path, fired: Fired
) -> None:
    mint = Mint()
    row = mint.text(Kind.CONTROL, "a local row")
    project.write(
        "db/migrations/20250201000000_nicknames.sql",
        f"create table app.local as select '{row}'::text as name;\n",
    )
    other = replace(bench, matcher=Matcher(mint), since=time.time_ns(), tallies={})
    ran = other.run(
        [sys.executable, "-m", "airlock", "up"],
        project=project.root,
        scratch=tmp_path / "scratch",
        variables=project.variables,
    )
    assert ran.code == 0, ran.told
    fired("data of Airlock's servers", bool(other.search_servers()))


# -------------------------------------------------------------------------------------- wire


def _select(sql: str) -> Callable[[psycopg.Connection], object]:
    return lambda connection: connection.execute(sql.encode()).fetchall()


def _refused(sql: str) -> Callable[[psycopg.Connection], object]:
    def call(connection: psycopg.Connection) -> None:
        with pytest.raises(psycopg.Error):
            connection.execute(sql.encode())

    return call


def _passing(sql: str) -> Callable[[psycopg.Connection], object]:
    return lambda connection: connection.execute(sql.encode())


def _copied(connection: psycopg.Connection) -> None:
    with connection.cursor().copy(b"copy app.people (email, avatar) to stdout") as copy:
        assert list(copy)


def _binary(connection: psycopg.Connection) -> None:
    query = b"select account, token, address, avatar from app.people"
    assert connection.cursor(binary=True).execute(query).fetchall()


SPOKEN = {
    "a column": ("DataRow", _select("select email from app.people")),
    "whole rows": ("DataRow", _select("select p from app.people p")),
    "an expression, folded": ("DataRow", _select("select lower(email) from app.people")),
    "an aggregate": ("DataRow", _select("select string_agg(email, ',') from app.people")),
    "base64": ("DataRow", _select("select encode(avatar, 'base64') from app.people")),
    "a hash": ("DataRow", _select("select md5(email) from app.people")),
    "binary format": ("DataRow", _binary),
    "statistics": (
        "DataRow",
        _select("select most_common_vals, histogram_bounds from pg_stats where schemaname = 'app'"),
    ),
    "statements of others": ("DataRow", _select("select query from pg_stat_activity")),
    "a large object": (
        "DataRow",
        _select("select lo_get(oid) from pg_largeobject_metadata"),
    ),
    "a sequence": ("DataRow", _select("select last_value from app.visits_id_seq")),
    "a refusal": ("ErrorResponse", _refused("create unique index x on app.visits (page)")),
    "a notice": (
        "NoticeResponse",
        _passing("do $$ begin raise notice '%', (select email from app.people limit 1); end $$"),
    ),
    "a setting": (
        "ParameterStatus",
        _passing(
            "do $$ begin perform set_config('application_name', email, false)"
            " from app.people; end $$"
        ),
    ),
    "a notification": (
        "NotificationResponse",
        _passing("listen x; do $$ begin perform pg_notify('x', email) from app.people; end $$"),
    ),
    "COPY": ("CopyData", _copied),
}


@pytest.mark.parametrize("name", SPOKEN)
def test_what_crosses_the_wire_is_seen(
    *, name: str, bench: Bench, protected: Protected, fired: Fired
) -> None:
    message, talk = SPOKEN[name]
    bench.proxy.taken(bench.matcher)
    with protected.deployer(bench.proxy.port) as connection:
        talk(connection)
    record = bench.proxy.taken(bench.matcher)
    found = {c.message for c in record.crossings if c.of_row and c.login == "deployer"}
    fired(f"wire: {message}", message in found)


def test_a_tables_columns_are_told_from_a_catalogs(
    bench: Bench, protected: Protected, fired: Fired
) -> None:
    def taken(sql: str) -> Record:
        bench.proxy.taken(bench.matcher)
        with protected.deployer(bench.proxy.port) as connection:
            connection.execute(sql.encode())
        return bench.proxy.taken(bench.matcher)

    fired(
        "wire: RowDescription", bool(taken("select * from app.letters").tables & protected.tables)
    )
    assert not taken("select relname from pg_class").tables & protected.tables


def test_the_inspector_is_not_merely_unable_to_log_in(
    bench: Bench, protected: Protected, fired: Fired
) -> None:
    """It sees definitions, so literals cross its wire; and it is refused every row."""
    bench.proxy.taken(bench.matcher)
    url = protected.url("inspector", port=bench.proxy.port)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("select pg_get_viewdef(oid) from pg_class where relkind in ('v', 'm')")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select * from app.people")
        assert connection.execute("select 1 from pg_stats where schemaname = 'app'").rowcount == 0
    crossings = bench.proxy.taken(bench.matcher).crossings
    kinds = {c.hit.canary.kind for c in crossings if c.hit.canary}
    fired("wire: DataRow", kinds == {Kind.LITERAL})


def test_every_canary_is_where_it_was_planted(protected: Protected, bench: Bench) -> None:
    """What `pg_dump` of everything does not show is looked for in the catalogs."""
    queries = (
        "select t::text from app.people t", "select t::text from app.visits t",
        "select t::text from auth.users t", "select t::text from app.letters t",
        "select t::text from app.events t", "select t::text from app.salaries t",
        "select t::text from app.drafts t", "select t::text from app.orders t",
        "select t::text from app.accounts t", "select t::text from public.people t",
        "select last_value::text from app.visits_id_seq",
        "select lo_get(oid)::text from pg_largeobject_metadata",
        "select query || application_name from pg_stat_activity",
    )  # fmt: skip
    with protected.boss() as boss:
        said = [value for query in queries for (value,) in boss.fetch(query)]
    found = {hit.canary for hit in bench.matcher.find("\n".join(said).encode())}
    missing = {c.where for c in protected.mint.of(Kind.ROW)} - {c.where for c in found if c}
    # A server that was built without libxml holds no XML.
    assert missing <= {"xml"}


def test_where_a_literal_stood_a_mark_is_left(*, run: Run, clean: Clean, fired: Fired) -> None:
    """So that the clean snapshot is clean of something."""
    ran = run("snapshot", "production")
    clean(ran)
    fired("stdout", ran.out.count("⟨redacted:") >= 30)


def test_commands_that_reach_the_environment_are_more_than_a_few() -> None:
    assert sum(call.reaches for calls in CALLS.values() for call in calls) >= 20
