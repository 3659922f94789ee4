"""Replays on throw-away databases: cold, warm, and from the longest prefix that is kept."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest

from airlock.model.event import Event, Finished, Restored, Started
from airlock.model.failure import StatementRefused
from airlock.model.migration import Migration
from airlock.server.baseline import Baseline, baseline_id
from airlock.server.connect import connect
from airlock.server.databases import Databases
from airlock.sources import shadow
from airlock.sources.shadow import Replay, Stock, chain, replay
from makers import migration


@pytest.fixture
def stock(databases: Databases) -> Stock:
    return Stock(
        databases=databases,
        baseline=Baseline.SUPABASE,
        expose_new_tables=False,
        cache_bytes=1 << 30,
    )


@pytest.fixture
def file() -> Callable[[int, str], Migration]:
    """Files of a history that no other test has replayed."""
    mark = uuid.uuid4().hex

    def make(version: int, sql: str) -> Migration:
        return migration(str(version), f"{sql}\n-- {mark}")

    return make


File = Callable[[int, str], Migration]


def history(file: File, length: int = 4) -> list[Migration]:
    return [file(1, "create table t (id int);")] + [
        file(n, f"alter table t add column c{n} int;") for n in range(2, length + 1)
    ]


def ran(files: list[Migration], stock: Stock) -> tuple[Replay, list[str]]:
    events: list[Event] = []
    done = replay(files, stock=stock, listener=events.append)
    restored = [event.count for event in events if isinstance(event, Restored)]
    assert restored == ([done.restored] if done.restored else [])
    finished = [e.file.path for e in events if isinstance(e, Finished)]
    assert [e.file.path for e in events if isinstance(e, Started)] == finished
    return done, [path.split("/")[-1].split("_")[0] for path in finished]


def test_cold_and_warm(stock: Stock, file: File) -> None:
    files = history(file)
    done, versions = ran(files, stock)
    assert (done.total, done.restored, versions) == (4, 0, ["1", "2", "3", "4"])
    done, versions = ran(files, stock)
    assert (done.total, done.restored, versions) == (4, 4, [])


def test_edit_of_the_last_file_restores_those_before(stock: Stock, file: File) -> None:
    files = history(file)
    ran(files, stock)
    for text in ("select 1;", "select 2;"):
        done, versions = ran([*files[:-1], file(4, text)], stock)
        assert (done.restored, versions) == (3, ["4"])


def test_new_file_restores_all_before(stock: Stock, file: File) -> None:
    files = history(file)
    ran(files, stock)
    done, versions = ran([*files, file(5, "select 5;")], stock)
    assert (done.restored, versions) == (4, ["5"])


def test_edit_of_the_first_file_restores_nothing(stock: Stock, file: File) -> None:
    files = history(file)
    ran(files, stock)
    done, versions = ran([file(1, "create table t ();"), *files[1:]], stock)
    assert (done.restored, versions) == (0, ["1", "2", "3", "4"])


def test_renamed_file_runs_again(stock: Stock, file: File) -> None:
    files = history(file)
    ran(files, stock)
    renamed = replace(files[3], path="supabase/migrations/4_renamed.sql")
    assert ran([*files[:3], renamed], stock)[0].restored == 3


def test_single_file(stock: Stock, file: File) -> None:
    files = history(file, 1)
    assert ran(files, stock)[1] == ["1"]
    assert ran(files, stock)[0].restored == 1


def test_no_file_at_all(stock: Stock) -> None:
    done, versions = ran([], stock)
    assert (done.total, done.restored, versions, done.findings) == (0, 0, [], ())


def test_long_work_is_kept_on_the_way(
    stock: Stock, file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = history(file, 6)
    monkeypatch.setattr(shadow, "_KEEP_AFTER_S", 0.0)
    ran(files, stock)
    done, versions = ran([*files[:2], file(3, "select 3;"), *files[3:]], stock)
    assert (done.restored, versions) == (2, ["3", "4", "5", "6"])


def test_failure_keeps_what_ran_before(stock: Stock, file: File) -> None:
    files = history(file)
    broken = [*files[:2], file(3, "create table u ();\nselect * from nowhere;"), files[3]]
    with pytest.raises(StatementRefused) as raised:
        replay(broken, stock=stock)
    failure = raised.value.failure
    assert failure.where.path == "supabase/migrations/3_file.sql"
    assert failure.undone == "This was a throw-away database: nothing else was touched."
    assert "no migration of this project creates nowhere" in (raised.value.hint or "")
    done, versions = ran(files, stock)
    assert (done.restored, versions) == (2, ["3", "4"])


def test_failure_after_a_commit_keeps_nothing_of_the_file(stock: Stock, file: File) -> None:
    half = file(2, "create table half ();\nvacuum half;\nselect 1 / 0;")
    files = [file(1, "create table t ();"), half, file(3, "select 3;")]
    with pytest.raises(StatementRefused) as raised:
        replay(files, stock=stock)
    assert raised.value.failure.undone.endswith(
        "Of a real one, 2 of the file's statements would have been committed and remain."
    )
    assert raised.value.failure.remaining == 0
    mended = [files[0], file(2, "create table half ();\nvacuum half;"), files[2]]
    assert ran(mended, stock)[0].restored == 0


def test_shadows_are_gone_at_the_end(stock: Stock, file: File) -> None:
    ran(history(file), stock)
    with pytest.raises(StatementRefused):
        replay([file(9, "select 1 / 0;")], stock=stock)
    with connect(stock.databases.cluster.address("airlock"), acting=False) as session:
        assert session.fetch("select name from databases where kind = 'shadow'") == []


class TestFindings:
    def test_survive_the_cache(self, stock: Stock, file: File) -> None:
        text = "alter table auth.users add column nick text;\ncreate extension pg_cron;"
        files = [file(1, "begin;\nselect 1;\ncommit;"), file(2, text), file(3, "select 3;")]
        first = ran(files, stock)[0].findings
        assert [finding.code for finding in first] == [
            "file-own-transaction",
            "needs-platform-rights",
            "stubbed-extension",
        ]
        assert ran(files, stock)[0].findings == first
        done = ran([*files[:2], file(3, "select 4;")], stock)[0]
        assert (done.restored, done.findings) == (2, first)
        assert first[1].source == files[1].raw.decode()

    def test_name_who_stands_on_a_stand_in(self, stock: Stock, file: File) -> None:
        text = (
            "create extension if not exists pg_net;\ncreate table v (secret uuid default"
            " gen_random_uuid());\ncreate view public.w as select * from vault.secrets;"
        )
        files = [file(1, text)]
        done = ran(files, stock)[0]
        stubs = {f.key: f.message for f in done.findings if f.code == "stubbed-extension"}
        assert set(stubs) == {
            "stubbed-extension:supabase/migrations/1_file.sql:pg_net",
            "stubbed-extension:supabase_vault",
        }
        assert stubs["stubbed-extension:supabase_vault"] == (
            'extension "supabase_vault" is stubbed: DDL is proved, behaviour is not; used by rule '
            "_RETURN on view w"
        )
        # A history that goes on from this one names its own.
        files.append(file(2, "drop view public.w;"))
        done = ran(files, stock)[0]
        assert done.restored == 1
        assert [f.key for f in done.findings if f.code == "stubbed-extension"] == [
            "stubbed-extension:supabase/migrations/1_file.sql:pg_net"
        ]

    def test_are_none_for_what_the_baseline_made(self, stock: Stock, file: File) -> None:
        assert ran(history(file), stock)[0].findings == ()

    def test_see_past_what_the_last_file_set(self, stock: Stock, file: File) -> None:
        files = [file(1, "set search_path = '';\nset role anon;")]
        assert ran(files, stock)[0].findings == ()


class TestRoles:
    def test_are_known_to_the_history_that_made_them(self, stock: Stock, file: File) -> None:
        role = f"role_{uuid.uuid4().hex}"
        files = [file(1, f"create role {role};"), file(2, f"grant {role} to postgres;")]
        try:
            ran(files, stock)
            # Another history makes the same role on the same server.
            ran([file(1, f"create role {role};\nselect 2;")], stock)
            # This one knows, from the kept database, that it has made it already.
            with pytest.raises(StatementRefused, match="already exists"):
                replay([*files, file(3, f"create role {role};")], stock=stock)
        finally:
            with connect(stock.databases.cluster.address("airlock"), acting=False) as session:
                session.execute(f"drop role {role}")


def test_chain_is_what_was_proved(stock: Stock, file: File) -> None:
    files = history(file)
    build = stock.databases.cluster.build.id
    baseline = baseline_id(stock.baseline, expose_new_tables=stock.expose_new_tables)
    assert ran(files, stock)[0].chain == chain(build, baseline, files)
    others = {
        chain(build, baseline, files),
        chain(build, baseline, files[:-1]),
        chain(build, baseline, [*files[:-1], file(4, "select 1;")]),
        chain("other", baseline, files),
        chain(build, "other", files),
        chain(build, baseline, [files[1], files[0], *files[2:]]),
    }
    assert len(others) == 6


def test_plain_project_has_nothing_of_the_platform(stock: Stock, file: File) -> None:
    plain = replace(stock, baseline=Baseline.PLAIN)
    with pytest.raises(StatementRefused) as raised:
        replay([file(1, "select * from auth.users;")], stock=plain)
    assert raised.value.failure.sqlstate == "42P01"
