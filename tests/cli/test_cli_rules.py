"""Rules on the command line: check, check FILES, audit, baseline, explain."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from terminal import Airlock, process

from airlock.server.home import Home

FIRST = "20250101000000"
SECOND = "20250102000000"
TABLE = (
    "create table public.orders (id bigint generated always as identity primary key); "
    "grant select on public.orders to anon;\n"
)
SECURE = "alter table public.orders enable row level security;\n"
RULES = "AL00,AL101,AL601"
"""What these tests are about, whatever other rules there will be."""


def write(root: Path, version: str, name: str, text: str) -> Path:
    path = root / f"supabase/migrations/{version}_{name}.sql"
    path.write_text(text)
    return path


def test_a_table_that_is_open_is_an_error_at_its_place(root: Path, airlock: Airlock) -> None:
    write(root, FIRST, "orders", TABLE)
    result = airlock("check", "--select", RULES, "--no-rollbacks")
    assert result.code == 1
    assert "error[AL601]: public.orders is served by the Data API" in result.out
    assert f"supabase/migrations/{FIRST}_orders.sql:1:" in result.out
    assert 'help: alter table "public"."orders" enable row level security;' in result.out


def test_what_a_later_file_mends_is_no_fault(root: Path, airlock: Airlock) -> None:
    write(root, FIRST, "orders", TABLE)
    write(root, SECOND, "secure", SECURE)
    result = airlock("check", "--select", RULES, "--no-rollbacks")
    assert result.code == 0
    assert "2 pending files judged" in result.out
    files = airlock("check", "supabase/migrations", "--select", RULES)
    assert files.code == 0
    assert "2 files judged by their text alone · no findings" in files.out


def test_a_flaw_is_laid_to_the_migration_that_opened_the_hole(root: Path, airlock: Airlock) -> None:
    write(root, FIRST, "orders", TABLE + SECURE)
    assert airlock("up").code == 0
    write(root, SECOND, "open", "alter table public.orders disable row level security;\n")
    result = airlock("check", "--select", RULES, "--no-rollbacks")
    assert result.code == 1
    assert f"supabase/migrations/{SECOND}_open.sql:1" in result.out


def test_what_was_wrong_before_is_no_news(root: Path, airlock: Airlock) -> None:
    write(root, FIRST, "orders", TABLE)
    assert airlock("up").code == 0
    write(root, SECOND, "more", "comment on table public.orders is 'One row each.';\n")
    assert airlock("check", "--select", RULES, "--no-rollbacks").code == 0
    assert airlock("check", "--select", RULES, "--no-rollbacks", "--all").code == 1
    assert airlock("audit", "migrations", "--select", RULES).code == 1


def test_an_index_on_a_table_in_use_is_found_and_one_on_a_new_table_is_not(
    root: Path, airlock: Airlock
) -> None:
    index = "create index {0}_id on public.{0} (id);\n"
    write(root, FIRST, "orders", TABLE + SECURE)
    assert airlock("up").code == 0
    new = TABLE.replace("orders", "items") + SECURE.replace("orders", "items")
    write(root, SECOND, "more", index.format("orders") + new + index.format("items"))
    report = json.loads(
        airlock("check", "--select", RULES, "--no-rollbacks", "--format", "json").out
    )
    assert [finding["message"] for finding in report["findings"]] == [
        "writes to public.orders wait while its index is built"
    ]


def test_an_allowance_silences_its_rule_and_needs_a_reason(root: Path, airlock: Airlock) -> None:
    allowed = "-- airlock: allow AL601 because the table holds public prices\n"
    path = write(root, FIRST, "orders", allowed + TABLE)
    assert airlock("check", "--select", RULES, "--no-rollbacks").code == 0
    assert airlock("check", str(path), "--select", RULES).code == 0
    path.write_text("-- airlock: allow AL601\n" + TABLE)
    result = airlock("check", "--select", RULES, "--no-rollbacks")
    assert result.code == 1
    assert "error[AL002]" in result.out
    assert "error[AL601]" in result.out


def test_a_baseline_puts_to_rest_what_is_there_whatever_its_file_is_called(
    root: Path, airlock: Airlock
) -> None:
    path = write(root, FIRST, "orders", TABLE)
    (root / "airlock.toml").write_text("[checks]\nselect = ['AL101', 'AL601']\n")
    result = airlock("baseline")
    assert result.code == 0
    assert "wrote airlock-baseline.json: 1 finding put to rest" in result.out
    path.rename(path.with_name(f"{SECOND}_renamed.sql"))
    write(root, SECOND, "renamed", "-- a comment\n" + TABLE.replace(" (", "  (\n"))
    told = airlock("check", "--no-rollbacks")
    assert told.code == 0
    assert "1 in the baseline" in told.out
    assert airlock("check", "--no-rollbacks", "--no-baseline").code == 1


def test_a_baseline_of_a_newer_version_is_refused(root: Path, airlock: Airlock) -> None:
    write(root, FIRST, "orders", TABLE)
    (root / "airlock-baseline.json").write_text('{"format": 99, "findings": []}')
    result = airlock("check", "--no-rollbacks")
    assert result.code == 2
    assert "error[baseline]" in result.err
    assert "it has format 99, and this version knows 1 at most" in result.err


@pytest.mark.parametrize("asked", [("--select", "AL9999"), ("--ignore", "row-security-of")])
def test_an_unknown_rule_is_named_with_the_nearest(
    root: Path, airlock: Airlock, asked: tuple[str, str]
) -> None:
    write(root, FIRST, "orders", TABLE)
    result = airlock("check", "supabase/migrations", *asked)
    assert result.code == 2
    assert f"there is no rule {asked[1]}" in result.err


def test_since_judges_what_is_not_in_a_git_ref(root: Path, airlock: Airlock) -> None:
    git = ["git", "-c", "user.name=dev", "-c", "user.email=dev@example.com"]
    write(root, FIRST, "orders", TABLE)
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run([*git, *command], cwd=root, check=True)
    write(root, SECOND, "items", TABLE.replace("orders", "items"))
    result = airlock("check", "--since", "HEAD", "--select", RULES, "--no-rollbacks")
    assert "1 pending file judged" in result.out
    assert "public.items is served" in result.out
    assert "public.orders is served" not in result.out


def test_one_file_that_cannot_be_used_leaves_the_others_judged(
    root: Path, airlock: Airlock
) -> None:
    write(root, FIRST, "orders", TABLE)
    broken = root / "supabase/migrations/x.sql"
    broken.write_bytes(b"select '\xff';")
    result = airlock("check", "supabase/migrations", "--select", RULES)
    assert result.code == 2
    assert "error[file-unusable]" in result.out
    assert "error[AL601]" in result.out


def test_a_statement_that_cannot_be_read_leaves_the_others_judged(
    root: Path, airlock: Airlock
) -> None:
    path = write(root, FIRST, "orders", "create tabel nonsense;\n" + TABLE)
    result = airlock("check", str(path), "--select", RULES)
    assert result.code == 1
    assert "error[AL001]" in result.out
    assert "error[AL601]" in result.out


def test_files_are_judged_outside_of_any_project(
    tmp_path: Path, airlock: Airlock, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one.sql").write_text(TABLE)
    monkeypatch.chdir(tmp_path)
    result = airlock("check", "one.sql", "--select", RULES)
    assert result.code == 1
    assert "one.sql:1:14" in result.out


def test_explain_shows_a_page_and_lists_all(airlock: Airlock) -> None:
    page = airlock("explain", "AL101")
    assert page.code == 0
    assert page.out.startswith("AL101 index-not-concurrent\n")
    assert "## Use instead" in page.out
    listed = airlock("explain")
    assert "AL601  row-security-off" in listed.out


TWICE = "AL00,AL101,AL840"


def test_a_file_that_cannot_run_twice_is_named_at_the_statement_that_fails(
    root: Path, airlock: Airlock
) -> None:
    policy = 'create policy "own" on public.orders for select using (id > 0);\n'
    safe = TABLE.replace("table", "table if not exists")
    path = write(root, FIRST, "orders", safe + SECURE + policy)
    result = airlock("check", "--no-rollbacks", "--select", TWICE)
    assert result.code == 0
    assert "1 pending file judged and run twice" in result.out
    assert f"warning[AL840]: supabase/migrations/{FIRST}_orders.sql cannot run twice" in result.out
    assert f"{FIRST}_orders.sql:3:1" in result.out
    assert "drop policy if exists own on public.orders;" in result.out
    path.write_text(safe + SECURE + 'drop policy if exists "own" on public.orders;\n' + policy)
    assert "no findings" in airlock("check", "--no-rollbacks", "--select", TWICE).out
    path.write_text(
        "-- airlock: allow-file AL840 because it is edited until it is deployed\n"
        + safe
        + SECURE
        + policy
    )
    assert "no findings" in airlock("check", "--no-rollbacks", "--select", TWICE).out


def test_what_one_file_leaves_when_it_runs_twice_is_not_in_the_way_of_the_next(
    root: Path, airlock: Airlock
) -> None:
    write(
        root,
        FIRST,
        "rows",
        "create table if not exists items (id int);\ninsert into items values (1);",
    )
    write(root, SECOND, "unique", "alter table items add primary key (id);\n")
    result = airlock("check", "--no-rollbacks", "--select", TWICE)
    assert "2 pending files judged and run twice" in result.out
    assert f"{SECOND}_unique.sql cannot run twice" in result.out


def test_fix_makes_the_edits_that_it_can_prove(root: Path, airlock: Airlock) -> None:
    write(root, FIRST, "orders", TABLE + SECURE)
    assert airlock("up").code == 0
    index = "-- kept\ncreate index orders_id on public.orders (id); -- kept too\n"
    path = write(root, SECOND, "index", index)
    result = airlock("check", "--fix", "--no-rollbacks", "--select", RULES)
    assert result.code == 0
    assert f"+ mended supabase/migrations/{SECOND}_index.sql: 1 edit (AL101), proved" in result.out
    assert path.read_text() == index.replace("index o", "index concurrently o")
    assert "no findings" in result.out
    again = airlock("check", "--fix", "--no-rollbacks", "--select", RULES)
    assert "mended" not in again.out


def test_fix_mends_what_the_schema_told_in_the_text_that_made_it(
    root: Path, airlock: Airlock
) -> None:
    policy = "create policy mine on public.orders for select to anon using (id = {});\n"
    called = "current_setting('app.id', true)::bigint"
    wrapped = "(select current_setting('app.id', true))::bigint"
    path = write(root, FIRST, "orders", TABLE + SECURE + policy.format(called))
    asked = ("check", "--fix", "--no-rollbacks", "--select", "AL616")
    kept = airlock(*asked)
    assert 'policy "mine" on public.orders calls current_setting() for each row' in kept.out
    assert policy.format(called) in path.read_text()
    assert airlock(*asked, "--unsafe-fixes").code == 0
    assert policy.format(wrapped) in path.read_text()


def test_fix_leaves_alone_what_is_applied(root: Path, airlock: Airlock) -> None:
    path = write(root, FIRST, "orders", TABLE + SECURE)
    write(root, SECOND, "index", "create index orders_id on public.orders (id);\n")
    assert airlock("up").code == 0
    before = path.read_bytes()
    assert "mended" not in airlock("check", "--fix", "--no-rollbacks", "--select", RULES).out
    assert path.read_bytes() == before


def test_an_edit_that_makes_another_schema_is_not_written(
    root: Path, airlock: Airlock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airlock.checks.registry import registry
    from airlock.checks.rule import Edit, Hit

    def wrong(act: object) -> list[Hit]:
        edit = Edit(start=0, end=0, text="create table public.stray (id int);\n")
        return [Hit(message="this is not what it seems", edits=(edit,))]

    object.__setattr__(registry()["AL101"].rule, "act", wrong)
    try:
        write(root, FIRST, "orders", TABLE + SECURE)
        assert airlock("up").code == 0
        path = write(root, SECOND, "index", "create index orders_id on public.orders (id);\n")
        before = path.read_bytes()
        result = airlock("check", "--fix", "--no-rollbacks", "--select", "AL101")
        assert "left as it is" in result.out
        assert path.read_bytes() == before
    finally:
        monkeypatch.undo()
        from airlock.checks.rules import al101_index_not_concurrent as own

        object.__setattr__(registry()["AL101"].rule, "act", own.check)


def test_watch_checks_again_when_a_file_changes(root: Path, home: Home) -> None:
    path = write(root, FIRST, "orders", TABLE)
    asked = ["--select", RULES, "--format", "jsonl"]
    process = subprocess.Popen(
        [sys.executable, "-m", "airlock", "check", str(path), "--watch", *asked],
        cwd=root,
        env={**os.environ, "AIRLOCK_HOME": str(home.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        first = [json.loads(process.stdout.readline()) for _ in range(2)]
        assert [each["kind"] for each in first] == ["finding", "summary"]
        path.write_text(TABLE + SECURE + "-- changed\n")
        second = json.loads(process.stdout.readline())
        assert second["kind"] == "summary"
        assert second["findings"] == 0
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
        process.stdout.close()


def test_a_lock_on_a_table_that_is_known_to_be_small_is_a_note(
    root: Path, airlock: Airlock, home: Home
) -> None:
    (root / "airlock.toml").write_text("[environments.staging]\n")
    write(root, FIRST, "orders", TABLE + SECURE)
    assert airlock("deploy", "staging").code == 0
    write(root, SECOND, "index", "create index orders_id on public.orders (id);\n")
    asked = ("check", "--no-rollbacks", "--select", RULES)
    assert "1 warning" in airlock(*asked).out
    sql = ("-c", "insert into public.orders default values", "-c", "analyze public.orders")
    assert process("db", "psql", "staging", "--", *sql, cwd=root, home=home.path).code == 0
    result = airlock(*asked, "-v")
    assert "note[AL101]" in result.out
    assert "fewer than ten thousand rows in staging" in result.out
