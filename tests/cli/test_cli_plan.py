"""`airlock plan`, and deployments that are held to a plan."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from terminal import PASSWORD, Airlock, migration

from airlock.app.workspace import database_name
from airlock.plan.artifact import FORMAT
from airlock.plan.artifact_file import _digest
from airlock.server.cluster import Cluster
from airlock.server.connect import connect

Execute = Callable[[str], object]
FIRST, SECOND, THIRD = "20250101000000", "20250102000000", "20250103000000"
ITEMS = """
create table public.items (id bigint primary key, name text, note text, code varchar(10));
create table public.old_items (id int);
"""
CHANGES = """
alter table public.items alter column code type integer using code::integer;
alter table public.items drop column note;
alter table public.items rename column name to title;
drop table public.old_items;
create table public.orders (id bigint primary key, item bigint references public.items);
alter table public.orders add column paid boolean;
"""
INDEX = """
alter table public.items add constraint code_positive check (code > 0) not valid;
create index concurrently items_title on public.items (title);
"""


@pytest.fixture
def project(airlock: Airlock, root: Path) -> Path:
    """One migration is applied to staging, two are pending."""
    (root / "airlock.toml").write_text("[environments.staging]\n[environments.qa]\n")
    migration(root, FIRST, "items", ITEMS)
    assert airlock("deploy", "staging").code == 0
    migration(root, SECOND, "changes", CHANGES)
    migration(root, THIRD, "index", INDEX)
    return root


@pytest.fixture
def staging(project: Path, environments: Cluster) -> Execute:
    def execute(sql: str) -> list[tuple[object, ...]]:
        with connect(environments.address(database_name(project, "staging"))) as session:
            return session.fetch(sql)

    return execute


def test_a_plan_says_what_it_costs(airlock: Airlock, project: Path) -> None:
    result = airlock("plan", "staging", "--format", "json")
    assert (result.code, result.err) == (1, "")
    plan = result.json["plan"]
    assert plan["environment"] == "staging"
    assert "objects" not in plan["source"]
    changes, index = plan["files"]
    retype, drop, _, gone, orders, paid = changes["statements"]
    assert retype["locks"] == [{"lock": "ACCESS EXCLUSIVE", "on": "public.items"}]
    assert (retype["rewrites"], retype["measured"], retype["line"]) == (["public.items"], True, 2)
    assert (drop["locks"], drop["rewrites"]) == ([], [])
    assert gone["locks"] == [{"lock": "ACCESS EXCLUSIVE", "on": "public.old_items"}]
    # Nobody can wait for what the plan itself makes.
    assert not [lock for each in (orders, paid) for lock in each["locks"]]
    assert (changes["how"], len(changes["groups"])) == ("transaction", 1)
    assert changes["groups"][0]["lock_timeout"] == "4 s"
    check, built = index["statements"]
    assert check["locks"] == [{"lock": "ACCESS EXCLUSIVE", "on": "public.items"}]
    assert built["locks"] == [{"lock": "SHARE UPDATE EXCLUSIVE", "on": "public.items"}]
    assert (built["running"], built["measured"]) == ("alone", False)
    assert [group["lock_timeout"] for group in index["groups"]] == ["4 s", "none"]
    hazards = {(each["object"], each["loses_data"]): each["text"] for each in plan["hazards"]}
    assert "every value is lost" in hazards["column public.items.note", True]
    assert "every row is lost" in hazards["table public.old_items", True]
    assert "renamed to public.items.title" in hazards["column public.items.name", False]
    assert "longest lock ACCESS EXCLUSIVE on public.items" in plan["summary"]
    back = changes["rollback"]
    assert (back["proved"], back["grade"], back["written"]) == (True, "cannot", False)
    assert 'create table "public"."old_items"' in back["sql"]
    evidence = plan["evidence"]
    assert (evidence["same"], evidence["converged"]) == (True, True)
    assert plan["target"] not in {None, plan["source"]["fingerprint"]}


def test_a_plan_is_kept_shown_and_applied(airlock: Airlock, project: Path) -> None:
    made = airlock("plan", "staging", "-o", "plan.json")
    assert made.code == 1
    assert "2 migrations are pending in staging; wrote plan.json" in made.out
    shown = airlock("plan", "show", "plan.json")
    assert shown.code == 0
    assert made.out.splitlines()[:-1] == shown.out.splitlines()[:-1]
    assert "a plan for staging: 2 migrations" in shown.out
    markdown = airlock("plan", "show", "plan.json", "--format", "markdown").out
    assert markdown.startswith("### Plan for `staging`\n")
    target = json.loads((project / "plan.json").read_text())["target"]
    dry = airlock("deploy", "staging", "--plan", "plan.json", "--dry-run")
    assert (dry.code, "2 migrations would run" in dry.out) == (0, True)
    done = airlock("deploy", "staging", "--plan", "plan.json")
    assert done.code == 0, done.err
    report = airlock("plan", "staging", "-o", "empty.json", "--format", "json")
    assert (report.code, report.json["plan"]["files"]) == (0, [])
    assert report.json["plan"]["source"]["fingerprint"] == target
    assert airlock("deploy", "staging", "--plan", "empty.json").code == 0
    again = airlock("deploy", "staging", "--plan", "plan.json")
    assert (again.code, again.out) == (3, "")
    assert "staging has moved since the plan was made" in again.err


def test_an_environment_that_is_not_created_yet(airlock: Airlock, project: Path) -> None:
    made = airlock("plan", "qa", "-o", "plan.json")
    assert made.code == 1
    assert "3 migrations are pending in qa, which is not created yet" in made.out
    assert "qa" not in airlock("db", "status").out
    done = airlock("deploy", "qa", "--plan", "plan.json")
    assert done.code == 0, done.err
    assert "created, 3 migrations applied" in done.out


def test_nothing_is_pending(airlock: Airlock, project: Path) -> None:
    assert airlock("deploy", "staging").code == 0
    result = airlock("plan", "staging")
    assert (result.code, result.out) == (0, "✓ nothing is pending in staging\n")


def test_rows_are_lost_where_a_table_is_made_anew(airlock: Airlock, project: Path) -> None:
    migration(
        project,
        SECOND,
        "changes",
        "drop table public.old_items;\ncreate table public.old_items (id int);\n"
        "truncate public.items;\n",
    )
    migration(project, THIRD, "index", "select 1;\n")
    plan = airlock("plan", "staging", "--format", "json").json["plan"]
    assert plan["hazards"] == [
        {"object": "table public.items", "text": "every row is removed", "loses_data": True},
        {
            "object": "table public.old_items",
            "text": "dropped and made anew, every row is lost",
            "loses_data": True,
        },
    ]


def test_a_database_that_was_changed_by_hand(
    airlock: Airlock, project: Path, staging: Execute
) -> None:
    staging("create table public.by_hand (id int)")
    result = airlock("plan", "staging", "-o", "plan.json", "--format", "json")
    assert result.code == 1, result.err
    report = result.json
    assert [each["code"] for each in report["findings"]] == ["plan-drift"]
    assert "public.by_hand" in report["findings"][0]["message"]
    evidence = report["plan"]["evidence"]
    assert evidence["on"] == "a copy from pg_dump -s"
    assert (evidence["same"], evidence["converged"]) == (True, False)
    assert "table public.by_hand" in evidence["residue"]
    assert airlock("deploy", "staging", "--plan", "plan.json").code == 0
    after = airlock("plan", "staging", "--format", "json").json["plan"]
    assert after["source"]["fingerprint"] == report["plan"]["target"]


def test_a_file_that_stopped_half_way(airlock: Airlock, project: Path, staging: Execute) -> None:
    twice = "insert into public.old_items values (1), (1);\n"
    unique = "create unique index concurrently old_id on public.old_items (id);\n"
    migration(project, SECOND, "changes", f"create table public.new (id int);\n{twice}{unique}")
    migration(project, THIRD, "index", "select 1;\n")
    # The proof would find it: rows are made by the file itself.
    assert airlock("deploy", "staging", "--no-proof").code == 1
    assert airlock("plan", "staging").code == 1
    staging("truncate public.old_items")
    report = airlock("plan", "staging", "-o", "plan.json", "--format", "json").json
    assert [each["code"] for each in report["findings"]] == ["history-half-applied"]
    half, _ = report["plan"]["files"]
    assert half["done"] == 2
    assert [len(each["locks"]) for each in half["statements"]] == [0, 0, 1]
    assert report["plan"]["evidence"]["on"] == "a copy from pg_dump -s"
    done = airlock("deploy", "staging", "--plan", "plan.json", "--no-proof")
    assert done.code == 0, done.err


def test_a_login_that_only_looks_on(
    airlock: Airlock, project: Path, staging: Execute, environments: Cluster
) -> None:
    address = environments.address(database_name(project, "staging"))
    with connect(address, acting=False) as session:
        if not session.fetch("select 1 from pg_roles where rolname = 'plan_inspector'"):
            session.execute("create role plan_inspector login")
        for schema in ("airlock", "supabase_migrations"):
            session.execute(f"grant usage on schema {schema} to plan_inspector")
            session.execute(f"grant select on all tables in schema {schema} to plan_inspector")
    url = address.url
    for login in ("://supabase_admin@", "://supabase_admin:"):
        url = url.replace(login, login.replace("supabase_admin", "plan_inspector"), 1)
    (project / "airlock.toml").write_text(
        f"[environments.production]\nprotected = true\ninspect_url = {json.dumps(url)}\n"
    )
    made = airlock("plan", "production", "-o", "plan.json")
    assert made.code == 1, made.err
    assert "2 migrations are pending in production; wrote plan.json\n" in made.out
    assert "not exactly" not in made.out, made.out
    assert "plan_inspector" not in (project / "plan.json").read_text()
    result = airlock("deploy", "production", "--plan", "plan.json")
    assert result.code == 3
    assert "production is protected" in result.err


# Refusals ------------------------------------------------------------------------------------


def refused(airlock: Airlock, code: str, environment: str = "staging") -> list[str]:
    """Deploy by the plan; return what is said when it is refused."""
    result = airlock("deploy", environment, "--plan", "plan.json", "--format", "json")
    error = result.json["error"]
    assert (result.code, error["exit"], error["code"]) == (3, 3, code), result.err
    assert "nothing was changed" in error["message"]
    pending = {
        each["version"]: each["states"]
        for each in airlock("status", "staging", "--format", "json").json["versions"]
    }
    assert pending[SECOND]["staging"] == "pending"
    return [each["message"] for each in error.get("findings", ())]


def test_a_database_that_moved_is_refused(
    airlock: Airlock, project: Path, staging: Execute
) -> None:
    assert airlock("plan", "staging", "-o", "plan.json").code == 1
    staging(
        "create table public.by_hand (id int, name text);"
        "alter table public.items alter column note set not null;"
        "drop table public.old_items"
    )
    said = refused(airlock, "plan-moved")
    assert "table public.by_hand was added since" in said
    assert "column public.items.note was changed since" in said
    assert "table public.old_items was removed since" in said
    assert not any("public.by_hand.id" in each for each in said)
    staging("".join(f"create table public.t{n} (id int);" for n in range(20)))
    said = refused(airlock, "plan-moved")
    assert len(said) == 11
    assert said[-1].endswith(" more differ")


def test_a_database_that_is_gone_is_refused(airlock: Airlock, project: Path) -> None:
    assert airlock("plan", "staging", "-o", "plan.json").code == 1
    path = project / "plan.json"
    tree = json.loads(path.read_text())
    del tree["digest"]
    path.write_text(
        json.dumps(tree | {"environment": "qa", "digest": _digest(tree | {"environment": "qa"})})
    )
    result = airlock("deploy", "qa", "--plan", "plan.json")
    assert result.code == 3
    assert "qa has moved" in result.err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("edited", "_changes.sql was edited since the plan was made"),
        ("new", "_more.sql is pending, and not in the plan"),
        ("gone", "_index.sql is in the plan, and no longer pending"),
    ],
)
def test_other_files_are_refused(airlock: Airlock, project: Path, change: str, said: str) -> None:
    assert airlock("plan", "staging", "-o", "plan.json").code == 1
    match change:
        case "edited":
            migration(project, SECOND, "changes", f"{CHANGES}\n-- no more than a comment\n")
        case "new":
            migration(project, "20250104000000", "more", "select 1;\n")
        case "gone":
            (project / f"supabase/migrations/{THIRD}_index.sql").unlink()
    assert [each for each in refused(airlock, "plan-files") if each.endswith(said)]


def test_another_environment_is_refused(airlock: Airlock, project: Path) -> None:
    assert airlock("plan", "staging", "-o", "plan.json").code == 1
    refused(airlock, "plan-environment", "qa")


def test_a_protected_environment_stays_refused(airlock: Airlock, project: Path) -> None:
    assert airlock("plan", "staging", "-o", "plan.json").code == 1
    (project / "airlock.toml").write_text("[environments.staging]\nprotected = true\n")
    assert airlock("plan", "staging", "-o", "plan.json").code == 1
    result = airlock("deploy", "staging", "--plan", "plan.json")
    assert result.code == 3
    assert "staging is protected" in result.err


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda text: text[: len(text) // 2], "is cut off"),
        (lambda text: text.replace('"alone"', '"boundary"', 1), "was edited since it was written"),
        (lambda text: text.replace('"hazards"', "hazards", 1), "it is no JSON any more"),
        (
            lambda text: text.replace(f'"format": {FORMAT}', f'"format": {FORMAT + 1}', 1),
            "was written by a newer version",
        ),
        (lambda text: "{}", "is no plan"),
        (lambda text: "[" * 100_000, "is no plan"),
    ],
)
def test_a_file_that_is_no_plan_any_more(
    airlock: Airlock, project: Path, damage: Callable[[str], str], said: str
) -> None:
    assert airlock("plan", "staging", "-o", "plan.json").code == 1
    path = project / "plan.json"
    path.write_text(damage(path.read_text()))
    for words in (("plan", "show", "plan.json"), ("deploy", "staging", "--plan", "plan.json")):
        result = airlock(*words)
        assert (result.code, result.out) == (2, "")
        assert said in result.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("plan", "stagin"), 2, "Did you mean 'staging'?"),
        (("plan", "show"), 2, "no environment called 'show'"),
        (("plan", "show", "nowhere.json"), 2, "cannot read nowhere.json"),
        (("plan", "show", "supabase/migrations"), 2, "is a directory"),
        (("plan", "show", "airlock.toml"), 2, "is no plan"),
        (("plan", "show", "airlock.toml", "-o", "x.json"), 2, "-o is for a new plan"),
        (("plan", "staging", "plan.json"), 2, "airlock plan show FILE"),
        (("plan", "staging", "-o", "nowhere/plan.json"), 2, "cannot write"),
        (("deploy", "staging", "--plan", "nowhere.json"), 2, "cannot read nowhere.json"),
    ],
)
def test_words_that_do_not_fit(
    airlock: Airlock, project: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    result = airlock(*words)
    assert (result.code, result.out) == (code, "")
    assert said in result.err


def test_a_file_that_fails_is_no_plan(airlock: Airlock, project: Path) -> None:
    migration(project, THIRD, "index", "select * from nowhere;\n")
    result = airlock("plan", "staging", "-o", "plan.json")
    assert (result.code, result.out) == (1, "")
    assert f"{THIRD}_index.sql:1:15" in result.err
    assert not (project / "plan.json").exists()


def test_an_edited_history_is_refused(airlock: Airlock, project: Path) -> None:
    migration(project, FIRST, "items", f"{ITEMS}\ncreate table public.c (id int);\n")
    result = airlock("plan", "staging")
    assert result.code == 3
    assert "edited" in result.err


def test_files_out_of_order_are_asked_for(airlock: Airlock, project: Path) -> None:
    migration(project, "20240101000000", "early", "create table public.early (id int);\n")
    assert airlock("plan", "staging").code == 3
    made = airlock("plan", "staging", "--include-out-of-order", "-o", "plan.json")
    assert made.code == 1
    assert airlock("deploy", "staging", "--plan", "plan.json").code == 0


def test_no_secret_and_no_row_is_in_a_plan(
    airlock: Airlock, project: Path, staging: Execute
) -> None:
    staging("insert into public.old_items values (1357924680)")
    migration(
        project,
        SECOND,
        "changes",
        f"create role plan_reader login password '{PASSWORD}';\n"
        f"insert into public.items (id, name) values (2468013579, '{PASSWORD}');\n"
        f"do $$ begin execute format('select %L', '{PASSWORD}'); end $$;\n",
    )
    migration(project, THIRD, "index", "select 1;\n")
    rollback = project / f"supabase/rollbacks/{SECOND}_changes.sql"
    rollback.parent.mkdir()
    rollback.write_text(f"drop role plan_reader; select '{PASSWORD}';\n")
    result = airlock("plan", "staging", "-o", "plan.json", "--format", "json")
    assert result.code == 1
    for text in (result.out, (project / "plan.json").read_text()):
        for secret in (PASSWORD, "1357924680", "2468013579"):
            assert secret not in text
    assert "create role plan_reader login password '…'" in result.out
