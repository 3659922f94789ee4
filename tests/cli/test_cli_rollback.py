"""`airlock rollback prepare`, and the rollbacks that `airlock check` proves."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from terminal import Airlock, Result, migration

from airlock.app import trials, undoing
from airlock.deploy import undo
from airlock.deploy.undo import Undone, Walk
from airlock.model.catalog import Catalog
from airlock.model.node import Id
from airlock.plan.order import Cycle
from airlock.plan.reverse import Reverse
from airlock.server.dump import DumpFailed

FIRST = "20250101000000"
SECOND = "20250102000000"
THIRD = "20250103000000"
ITEMS = "create table public.items (id bigint primary key, name text, note text);\n"
VIEW = "create view public.named as select id, name from public.items;\n"
DROP = "alter table public.items drop column note;\n"
ROLLBACKS = "supabase/rollbacks"


@pytest.fixture
def project(root: Path) -> Path:
    # No other test has proved this history before.
    migration(root, FIRST, "items", f"{ITEMS}-- {root}\n")
    migration(root, SECOND, "view", VIEW)
    return root


def rollback(root: Path, version: str, name: str, text: str) -> Path:
    path = root / ROLLBACKS / f"{version}_{name}.sql"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def states(result: Result) -> dict[str, str]:
    checks = result.json["rollbacks"]
    return {each["version"]: each["prepared"] for each in checks["rollbacks"]}


def codes(result: Result) -> dict[str, str]:
    return {each["code"]: each["level"] for each in result.json["findings"]}


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The versions whose way back was tried, in order."""
    seen: list[str] = []
    real: Callable[..., Undone] = Walk.undo

    def noted(walk: Walk, each: trials.Migration, *, written: str | None) -> Undone:
        seen.append(each.version)
        return real(walk, each, written=written)

    monkeypatch.setattr(Walk, "undo", noted)
    return seen


# prepare -------------------------------------------------------------------------------------


def test_what_is_pending_is_prepared_and_then_kept(airlock: Airlock, project: Path) -> None:
    result = airlock("rollback", "prepare")
    assert result.code == 0, result.err
    assert f"+ {ROLLBACKS}/{SECOND}_view.sql  lossless" in result.out
    assert "table public.items is dropped: its rows are lost" in result.out
    assert "✓ 2 of 2 rollbacks proved up, down and up again in" in result.out
    text = (project / ROLLBACKS / f"{SECOND}_view.sql").read_text()
    assert text.startswith(f"-- Rollback of supabase/migrations/{SECOND}_view.sql\n-- Rows: loss")
    assert 'drop view "public"."named";' in text
    again = airlock("rollback", "prepare", "--format", "json")
    assert [each["prepared"] for each in again.json["rollbacks"]] == ["kept", "kept"]
    assert (project / ROLLBACKS / f"{SECOND}_view.sql").read_text() == text


def test_what_was_applied_needs_none(airlock: Airlock, project: Path) -> None:
    assert airlock("up").code == 0
    result = airlock("rollback", "prepare")
    assert result.code == 0
    assert "no migration is pending: name a version to prepare another" in result.out
    named = airlock("rollback", "prepare", SECOND[:8], "--format", "json").json
    assert [each["version"] for each in named["rollbacks"]] == [SECOND]
    every = airlock("rollback", "prepare", "--all", "--format", "json").json
    assert [each["version"] for each in every["rollbacks"]] == [FIRST, SECOND]


def test_what_only_local_lacks_is_beyond_preparing(airlock: Airlock, project: Path) -> None:
    (project / "airlock.toml").write_text("[environments.staging]\n")
    assert airlock("deploy", "staging").code == 0
    migration(project, THIRD, "drop", DROP)
    result = airlock("rollback", "prepare", "--format", "json")
    assert [each["version"] for each in result.json["rollbacks"]] == [THIRD]


def test_a_written_file_that_does_not_lead_back_is_refused(airlock: Airlock, project: Path) -> None:
    path = rollback(project, FIRST, "items", "alter table public.items rename to old;\n")
    rollback(project, SECOND, "view", "drop view public.named;\n")
    result = airlock("rollback", "prepare")
    assert result.code == 1
    assert f"✗ {ROLLBACKS}/{FIRST}_items.sql" in result.out
    assert "this file does not undo" in result.out
    assert "CREATE TABLE public.old" in result.out
    assert "✗ 1 of 2 rollbacks proved" in result.out
    assert path.read_text() == "alter table public.items rename to old;\n"
    anew = airlock("rollback", "prepare", FIRST, "--rewrite")
    assert anew.code == 0
    assert 'drop table "public"."items"' in path.read_text()


def test_a_written_file_that_fails_shows_where(airlock: Airlock, project: Path) -> None:
    rollback(project, SECOND, "view", "-- undo\ndrop view public.nmaed;\n")
    result = airlock("rollback", "prepare", SECOND)
    assert result.code == 1
    assert f"--> {ROLLBACKS}/{SECOND}_view.sql:2:1" in result.out
    assert "(SQLSTATE 42P01)" in result.out


def test_a_history_that_fails_prepares_nothing(airlock: Airlock, project: Path) -> None:
    migration(project, THIRD, "broken", "select * from nowhere;\n")
    result = airlock("rollback", "prepare")
    assert result.code == 1
    assert "broken.sql:1:15" in result.err


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("19990101", "there is no migration with the version 19990101"),
        ("2025", f"more than one version starts with 2025: {FIRST}, {SECOND}"),
        ("20250102000001", f"Did you mean '{SECOND}'?"),
        ("", "more than one version starts with"),
    ],
)
def test_a_version_that_is_none(airlock: Airlock, project: Path, version: str, said: str) -> None:
    result = airlock("rollback", "prepare", version)
    assert (result.code, result.out) == (2, "")
    assert said in result.err


def test_a_rollback_that_is_no_text(airlock: Airlock, project: Path) -> None:
    rollback(project, SECOND, "view", "").write_bytes(b"drop view public.named; -- \xe4\n")
    result = airlock("rollback", "prepare")
    assert (result.code, result.out) == (2, "")
    assert f"{ROLLBACKS}/{SECOND}_view.sql is not UTF-8" in result.err


def test_a_place_that_cannot_be_written(airlock: Airlock, project: Path) -> None:
    (project / ROLLBACKS).write_text("a file where the folder should be")
    for command in (["rollback", "prepare"], ["check", "--fix"]):
        result = airlock(*command)
        assert result.code == 2
        assert f"{ROLLBACKS}/{FIRST}_items.sql cannot be written" in result.err
    assert airlock("check", "--no-rules").code == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written(airlock: Airlock, project: Path) -> None:
    folder = project / ROLLBACKS
    folder.mkdir()
    folder.chmod(0o500)
    try:
        result = airlock("rollback", "prepare")
    finally:
        folder.chmod(0o700)
    assert result.code == 2
    assert "cannot be written: Permission denied" in result.err


@pytest.mark.parametrize(
    ("forward", "back"),
    [
        ("db/migrations/001_items.up.sql", "db/migrations/001_items.down.sql"),
        ("db/migrations/001_items/up.sql", "db/migrations/001_items/down.sql"),
        ("db/migrations/001_items.sql", "db/rollbacks/001_items.sql"),
    ],
)
def test_plain_layouts(airlock: Airlock, root: Path, forward: str, back: str) -> None:
    (root / "supabase/migrations").rmdir()
    (root / "supabase").rmdir()
    path = root / forward
    path.parent.mkdir(parents=True)
    path.write_text(ITEMS)
    (root / "airlock.toml").write_text('[project]\nmigrations = "db/migrations"\n')
    assert states(airlock("check", "--no-rules", "--format", "json")) == {"001": "planned"}
    result = airlock("rollback", "prepare", "001")
    assert result.code == 0, result.err
    assert f"+ {back}  loses data" in result.out
    assert 'drop table "public"."items"' in (root / back).read_text()
    assert states(airlock("check", "--no-rules", "--format", "json")) == {"001": "kept"}
    (root / back).write_text("drop table public.item;\n")
    assert states(airlock("check", "--no-rules", "--format", "json")) == {"001": "refused"}


# check ---------------------------------------------------------------------------------------


def test_check_proves_what_is_pending_and_writes_nothing(airlock: Airlock, project: Path) -> None:
    result = airlock("check", "--no-rules")
    assert result.code == 0, result.err
    assert "✓ 2 rollbacks proved up, down and up again in" in result.out
    assert "2 have no file yet: airlock check --fix writes what is proved" in result.out
    assert f"! 1 rollback would lose what is written after the migration: {FIRST}" in result.out
    assert not (project / ROLLBACKS).exists()
    assert "its rows are lost" in airlock("check", "--no-rules", "-v").out


def test_check_tries_nothing_twice(airlock: Airlock, project: Path, tries: list[str]) -> None:
    first = airlock("check", "--no-rules", "--format", "json").json["rollbacks"]
    assert (first["tried"], tries) == (2, [FIRST, SECOND])
    again = airlock("check", "--no-rules")
    assert "✓ 2 rollbacks proved up, down and up again (on record)" in again.out
    migration(project, SECOND, "view", VIEW.replace("id, name", "id"))
    edited = airlock("check", "--no-rules", "--format", "json").json["rollbacks"]
    assert (edited["tried"], tries) == (1, [FIRST, SECOND, SECOND])
    rollback(project, SECOND, "view", "drop view public.named;\n")
    assert states(airlock("check", "--no-rules", "--format", "json"))[SECOND] == "kept"
    assert tries == [FIRST, SECOND, SECOND, SECOND]


def test_check_fix_writes_what_is_missing(
    airlock: Airlock, project: Path, tries: list[str]
) -> None:
    written = rollback(project, FIRST, "items", "drop table public.items;\n")
    airlock("check", "--no-rules")
    result = airlock("check", "--no-rules", "--fix")
    assert result.code == 0, result.err
    assert f"+ wrote {ROLLBACKS}/{SECOND}_view.sql" in result.out
    assert f"wrote {ROLLBACKS}/{FIRST}" not in result.out
    assert written.read_text() == "drop table public.items;\n"
    assert "drop view" in (project / ROLLBACKS / f"{SECOND}_view.sql").read_text()
    number = len(tries)
    assert states(airlock("check", "--no-rules", "--format", "json")) == {
        FIRST: "kept",
        SECOND: "kept",
    }
    assert states(airlock("check", "--no-rules", "--fix", "--format", "json")) == {
        FIRST: "kept",
        SECOND: "kept",
    }
    assert len(tries) == number


def test_what_prepare_has_proved_is_on_record(
    airlock: Airlock, project: Path, tries: list[str]
) -> None:
    assert airlock("rollback", "prepare").code == 0
    assert airlock("check", "--no-rules", "--format", "json").json["rollbacks"]["tried"] == 0
    assert tries == [FIRST, SECOND]


def test_a_written_file_that_does_not_lead_back_is_an_error(
    airlock: Airlock, project: Path, tries: list[str]
) -> None:
    rollback(project, FIRST, "items", "alter table public.items rename to old;\n")
    for number in (2, 2):
        result = airlock("check", "--no-rules")
        assert result.code == 1
        assert "error[rollback-refused]" in result.out
        assert f"--> {ROLLBACKS}/{FIRST}_items.sql" in result.out
        assert "pg_dump sees" in result.out
        assert "CREATE TABLE public.old" in result.out
        assert f"airlock rollback prepare {FIRST} --rewrite" in result.out
        assert "✗ 1 of 2 rollbacks proved" in result.out
        assert len(tries) == number
    assert airlock("check", "--no-rules", "--no-rollbacks").code == 0
    assert airlock("check", "--no-rules", "--fix").code == 1


def test_a_written_file_that_fails_is_an_error(airlock: Airlock, project: Path) -> None:
    rollback(project, SECOND, "view", "-- undo\ndrop view public.nmaed;\n")
    for _ in range(2):
        result = airlock("check", "--no-rules")
        assert result.code == 1
        assert f"--> {ROLLBACKS}/{SECOND}_view.sql:2:1" in result.out
        assert "2 | drop view public.nmaed;" in result.out


def test_after_which_the_migration_fails(airlock: Airlock, project: Path) -> None:
    once = "do $$ begin if exists (select from public.items) then raise 'not twice'; end if; "
    once += "insert into public.items (id) values (1); end $$;\n"
    migration(project, THIRD, "once", f"{once}alter table public.items add a int;\n")
    result = airlock("check", "--no-rules")
    assert result.code == 0
    assert "warning[rollback-unproved]" in result.out
    assert "when the migration runs again after it, not twice" in result.out
    assert "! 2 of 3 rollbacks proved" in result.out


def test_rows_that_a_migration_wrote_are_named(airlock: Airlock, project: Path) -> None:
    once = "insert into public.items (id) values (1);\nalter table public.items add a int;\n"
    migration(project, THIRD, "once", once)
    result = airlock("rollback", "prepare", THIRD)
    assert result.code == 0
    assert "rows that the migration wrote stay" in result.out


def test_a_refusal_that_may_pass_is_not_kept(
    airlock: Airlock, project: Path, tries: list[str]
) -> None:
    busy = "do $$ begin raise exception 'busy' using errcode = '55006'; end $$;\n"
    rollback(project, SECOND, "view", busy)
    for number in (2, 3):
        assert airlock("check", "--no-rules").code == 1
        assert len(tries) == number


def test_a_rollback_that_cannot_be_read_is_an_error(airlock: Airlock, project: Path) -> None:
    rollback(project, SECOND, "view", "").write_bytes(b"drop view public.named; -- \xe4\n")
    result = airlock("check", "--no-rules", "--format", "json")
    assert result.code == 1
    assert codes(result) == {"rollback-unreadable": "error"}
    assert states(result) == {FIRST: "planned"}


def test_one_without_an_order_is_a_warning(
    airlock: Airlock, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = undo.reverse

    def ring(before: Catalog, after: Catalog) -> Reverse:
        if Id("view", ("public", "named")) in after:
            raise Cycle([1, 2], [Id("view", ("public", "a")), Id("view", ("public", "b"))])
        return real(before, after)

    monkeypatch.setattr(undo, "reverse", ring)
    result = airlock("check", "--no-rules", "--fix", "--format", "json")
    assert (result.code, codes(result)) == (0, {"rollback-unproved": "warning"})
    assert states(result) == {FIRST: "written", SECOND: "failed"}
    assert not (project / ROLLBACKS / f"{SECOND}_view.sql").exists()
    prepared = airlock("rollback", "prepare")
    assert prepared.code == 1
    assert "no way back from supabase/migrations" in prepared.out
    assert "each waits for the next: view public.a → view public.b" in prepared.out
    plan = airlock("plan", "local", "--format", "json")
    assert plan.code == 1, plan.err  # something is pending


def test_no_pg_dump_is_a_warning(
    airlock: Airlock, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object, **__: object) -> None:
        raise DumpFailed("no pg_dump at hand reads Postgres 18", hint="airlock db install 18")

    monkeypatch.setattr("airlock.server.dump.dumper", none)
    result = airlock("check", "--no-rules")
    assert result.code == 0
    assert "warning[rollback-untried]: rollbacks were not tried: no pg_dump at hand" in result.out
    assert "! 0 rollbacks proved" in result.out


def test_the_newest_are_tried(
    airlock: Airlock, project: Path, monkeypatch: pytest.MonkeyPatch, tries: list[str]
) -> None:
    monkeypatch.setattr(undoing, "AT_MOST", 1)
    result = airlock("check", "--no-rules")
    assert tries == [SECOND]
    assert "✓ 1 rollback proved" in result.out
    assert "1 more not tried: airlock rollback prepare" in result.out
    assert airlock("check", "--no-rules", "--fix").code == 0
    assert airlock("rollback", "prepare").code == 0
    assert (
        "✓ 2 rollbacks proved up, down and up again (on record)"
        in airlock("check", "--no-rules").out
    )


def test_nothing_pending_and_nothing_asked_for(airlock: Airlock, project: Path) -> None:
    assert (
        airlock("check", "--no-rules", "--no-rollbacks", "--format", "json").json["rollbacks"]
        is None
    )
    assert "rollback" not in airlock("check", "--no-rules", "--no-rollbacks").out
    assert airlock("up").code == 0
    assert airlock("check", "--no-rules", "--format", "json").json["rollbacks"] is None
    refused = airlock("check", "--unsafe-fixes")
    assert refused.code == 2
    assert "--unsafe-fixes says how far --fix goes" in refused.err


def test_a_history_that_fails_has_no_rollbacks(airlock: Airlock, project: Path) -> None:
    migration(project, THIRD, "broken", "select * from nowhere;\n")
    result = airlock("check", "--no-rules", "--format", "json")
    assert (result.code, result.json["rollbacks"]) == (1, None)


def test_a_record_that_was_cut_off_is_made_anew(
    airlock: Airlock, project: Path, tries: list[str]
) -> None:
    airlock("check", "--no-rules")
    for path in (Path(os.environ["AIRLOCK_HOME"]) / "rollbacks").iterdir():
        path.write_text(path.read_text()[:-20])
    assert airlock("check", "--no-rules").code == 0
    assert tries == [FIRST, SECOND] * 2
