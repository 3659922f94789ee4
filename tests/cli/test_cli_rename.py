"""Renames in `airlock diff` and `airlock new --from-diff`: a word is needed, and rows are kept."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from terminal import Airlock, migration

from airlock.app.diff import diff
from airlock.app.site import Site

FIRST = "20250101000000"
OLD = """
create table public.users (id bigint primary key, mail text not null, age int default 3);
create view public.adults as select id, mail from public.users where age > 17;
create index users_mail on public.users (mail);
"""
NEW = """
create table public.people (
  id bigint constraint users_pkey primary key,
  email text not null,{hint}
  age int default 3
);
create view public.adults as select id, email as mail from public.people where age > 17;
create index users_mail on public.people (email);
"""
COLUMN = (
    OLD.replace("mail text", "email text{hint}")
    .replace("select id, mail from", "select id, email as mail from")
    .replace("(mail)", "(email)")
)


@pytest.fixture
def project(root: Path) -> Path:
    migration(root, FIRST, "users", OLD)
    (root / "wanted.sql").write_text(COLUMN.format(hint=""))
    return root


def sql(airlock: Airlock, *options: str) -> str:
    result = airlock("diff", "migrations", "sql:wanted.sql", "--format", "sql", *options)
    assert result.code == 1, result.err
    return result.out


def test_what_may_be_a_rename_is_named_and_not_taken_for_one(
    airlock: Airlock, project: Path
) -> None:
    result = airlock("diff", "migrations", "sql:wanted.sql")
    assert "warning[rename-or-not]" in result.out
    assert "--rename public.users.mail=public.users.email" in result.out
    assert 'drop column "mail"' in sql(airlock)


@pytest.mark.parametrize("new", ["public.users.email", "email"])
def test_an_option_makes_it_one(airlock: Airlock, project: Path, new: str) -> None:
    text = sql(airlock, "--rename", f"public.users.mail={new}")
    assert 'rename column "mail" to "email"' in text
    assert "drop column" not in text
    assert "index" not in text.lower()
    result = airlock("diff", "migrations", "sql:wanted.sql", "--rename", f"public.users.mail={new}")
    assert "column public.users.email" in result.out
    assert "name (was mail)" in result.out
    assert "pg_dump -s says the same" in result.out
    assert "rename-or-not" not in result.out


def test_a_hint_makes_it_one(airlock: Airlock, project: Path) -> None:
    lines = COLUMN.format(hint="").replace(
        "email text not null,", "\n  email text not null, -- airlock: renamed from mail\n"
    )
    (project / "wanted.sql").write_text(lines)
    assert 'rename column "mail" to "email"' in sql(airlock)


def test_a_table_and_then_its_column(airlock: Airlock, project: Path) -> None:
    (project / "wanted.sql").write_text(NEW.format(hint="").replace("email", "mail"))
    text = sql(airlock, "--rename", "public.users=public.people")
    assert 'alter table "public"."users" rename to "people"' in text
    assert "drop table" not in text


def test_an_answer_makes_it_one(project: Path) -> None:
    questions: list[str] = []

    def ask(question: str) -> bool:
        questions.append(question)
        return True

    site = Site(start=project, variables=os.environ)
    report = diff(site, "migrations", "sql:wanted.sql", style=None, proof=False, ask=ask)
    assert questions == ["Was column public.users.mail renamed to public.users.email?"]
    assert 'rename column "mail" to "email"' in report.sql


def test_what_is_no_rename_is_refused(airlock: Airlock, project: Path) -> None:
    result = airlock(
        "diff", "migrations", "sql:wanted.sql", "--rename", "public.users.age=public.users.email"
    )
    assert result.code == 2
    assert "is no rename" in result.err
    assert "public.users.mail=public.users.email" in result.err
    assert airlock("diff", "migrations", "empty", "--rename", "users").code == 2


def test_a_migration_keeps_the_rows(airlock: Airlock, project: Path) -> None:
    result = airlock(
        "new",
        "rename_mail",
        "--from-diff",
        "sql:wanted.sql",
        "--rename",
        "public.users.mail=email",
        "--format",
        "json",
    )
    assert result.code == 0
    path = json.loads(result.out)["path"]
    assert 'rename column "mail" to "email"' in (project / path).read_text()
    assert airlock("diff", "migrations", "sql:wanted.sql").code == 0


def test_a_rename_without_a_difference_means_nothing(airlock: Airlock, project: Path) -> None:
    assert airlock("new", "nothing", "--rename", "a=b").code == 2
