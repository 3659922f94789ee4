"""Commands on an environment whose rows must not be seen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from terminal import Airlock, migration

from airlock.app.workspace import database_name
from airlock.server.cluster import Cluster

USERS = "create table public.users (id int primary key, email text);\n"
ASKS = "create table public.posts (id int);\n\nselect email from public.users;\n"


@pytest.fixture
def project(airlock: Airlock, root: Path, environments: Cluster) -> Path:
    """Production, a database with a URL, has one of two migrations."""
    (root / "airlock.toml").write_text("[environments.staging]\n")
    migration(root, "20250101000000", "users", USERS)
    assert airlock("deploy", "staging").code == 0
    url = environments.address(database_name(root, "staging")).url
    (root / "airlock.toml").write_text(f"[environments.production]\nurl = {json.dumps(url)}\n")
    migration(root, "20250102000000", "posts", ASKS)
    return root


def test_a_plan_with_a_query_is_refused(airlock: Airlock, project: Path) -> None:
    assert project.exists()
    result = airlock("plan", "production")
    assert (result.code, result.out) == (3, "")
    assert "the result of this query comes from rows of public.users" in result.err
    assert "20250102000000_posts.sql:3:1" in result.err
    assert "perform" in result.err


def test_as_json_it_is_a_finding(airlock: Airlock, project: Path) -> None:
    assert project.exists()
    error = airlock("plan", "production", "--format", "json").json["error"]
    assert (error["code"], error["exit"]) == ("boundary", 3)
    assert [each["code"] for each in error["findings"]] == ["answers-with-rows"]
    assert error["findings"][0]["where"]["line"] == 3


def test_a_check_finds_it(airlock: Airlock, project: Path) -> None:
    result = airlock("check", "--format", "json")
    assert result.code == 1
    found = [each for each in result.json["findings"] if each["code"] == "answers-with-rows"]
    assert [each["where"]["line"] for each in found] == [3]
    (project / "airlock.toml").write_text("[environments.production]\nprotected = false\n")
    result = airlock("check", "--format", "json")
    assert "answers-with-rows" not in {each["code"] for each in result.json["findings"]}


def test_a_url_of_the_database_is_no_way_around(
    airlock: Airlock, project: Path, environments: Cluster
) -> None:
    url = environments.address(database_name(project, "staging")).url
    settings = (project / "airlock.toml").read_text()
    (project / "airlock.toml").write_text(
        f"{settings}[environments.other]\nurl = {json.dumps(url)}\n"
    )
    result = airlock("plan", "other")
    assert result.code == 3
    assert "would answer with rows" in result.err
