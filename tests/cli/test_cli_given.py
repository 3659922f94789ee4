"""Commands with a server for shadows that the user gives."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from terminal import PASSWORD, Airlock, migration

from airlock.server.cluster import Cluster
from airlock.server.connect import connect

VARIABLE = "AIRLOCK_SHADOW_URL"
TABLE = "create table public.orders (id int);\n"


def url(given: Cluster, user: str, password: str = PASSWORD) -> str:
    login = f"{quote(user)}:{quote(password)}"
    return f"postgresql://{login}@127.0.0.1:{given.port}/postgres?sslmode=disable"


def kinds(given: Cluster) -> dict[str, int]:
    """How many databases of each kind the given server's list has."""
    with connect(given.address("airlock"), acting=False) as session:
        return dict(session.fetch("select kind, count(*) from public.databases group by kind"))


@pytest.fixture
def shadow_url(given: Cluster, monkeypatch: pytest.MonkeyPatch) -> str:
    """The variable names the given server; its password is in no output."""
    with connect(given.address("airlock"), acting=False) as session:
        if not session.fetch("select 1 from pg_roles where rolname = 'boss'"):
            session.execute(f"create role boss superuser login password '{PASSWORD}'")
            session.execute(f"create role clerk login password '{PASSWORD}'")
    monkeypatch.setenv(VARIABLE, url(given, "boss"))
    return url(given, "boss")


def test_check_replays_there(airlock: Airlock, root: Path, given: Cluster, shadow_url: str) -> None:
    before = kinds(given).get("template", 0)
    migration(root, "20250101000000", "orders", TABLE)
    migration(root, "20250102000000", "more", "create extension citext with schema extensions;\n")
    first = airlock("check", "--no-rules", "--format", "json")
    assert first.code == 0, first.err
    assert first.json["server"] == f"Postgres {given.build.version} (given)"
    assert first.json["restored"] == 0
    # Another project with the same files goes on from what the first one left.
    other = root.parent / "other"
    (other / "supabase/migrations").mkdir(parents=True)
    for path in (root / "supabase/migrations").iterdir():
        (other / "supabase/migrations" / path.name).write_text(path.read_text())
    second = airlock("-C", str(other), "check", "--format", "json")
    assert (second.code, second.json["restored"]) == (0, 2)
    migration(root, "20250103000000", "broken", "select nothing;\n")
    failed = airlock("check", "--no-rules")
    assert failed.code == 1
    assert "throw-away database" in failed.out
    assert kinds(given)["template"] == before + 2
    assert "shadow" not in kinds(given)


def test_a_deployment_is_proved_there(
    airlock: Airlock, root: Path, given: Cluster, shadow_url: str
) -> None:
    (root / "airlock.toml").write_text("[environments.staging]\n[environments.qa]\n")
    migration(root, "20250101000000", "proved", "create table public.proved_there (id int);\n")
    before = kinds(given).get("template", 0)
    assert airlock("deploy", "staging").code == 0
    assert kinds(given)["template"] == before + 1
    again = airlock("deploy", "qa", "--format", "json").json
    assert again["proof"]["on_record"]


def test_another_major_is_a_warning_or_an_error(
    airlock: Airlock, root: Path, shadow_url: str
) -> None:
    (root / "airlock.toml").write_text("[project]\npostgres = 17\n")
    lenient = airlock("check", "--no-rules")
    assert lenient.code == 0
    assert "production is Postgres 17, this server is 18." in lenient.out
    strict = airlock("check", "--no-rules", "--strict-major")
    assert strict.code == 2
    assert "production is Postgres 17" in strict.err
    assert "= help: Give a shadow server of Postgres 17, or none" in strict.err
    assert "production is Postgres 17" in airlock("doctor").out


def test_doctor_and_config_show_where_it_is(
    airlock: Airlock, root: Path, given: Cluster, shadow_url: str
) -> None:
    place = f"127.0.0.1:{given.port}/postgres"
    assert f"(given, {place})" in airlock("doctor").out
    settings = {s["key"]: s for s in airlock("config", "show", "--format", "json").json["settings"]}
    shown = settings["server.shadow_url"]
    assert (shown["value"], shown["origin"]) == (place, f"environment variable {VARIABLE}")


def test_who_may_not_serve_is_refused(
    airlock: Airlock,
    root: Path,
    given: Cluster,
    shadow_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    migration(root, "20250101000000", "orders", TABLE)
    for value, said in (
        (url(given, "clerk"), "the role clerk is no superuser"),
        (url(given, "boss", PASSWORD + "x"), "the server refuses the password"),
        (shadow_url.replace(f":{given.port}/", ":1/"), "nobody answers there"),
        (shadow_url.replace("@", "%zz@"), f"environment variable {VARIABLE}: the connection URL"),
        (f"mysql://boss:{PASSWORD}@h/db", "does not start with postgresql://"),
    ):
        monkeypatch.setenv(VARIABLE, value)
        result = airlock("check", "--no-rules")
        assert (result.code, result.out) == (2, ""), value
        assert said in result.err
        assert "= help: " in result.err
        assert "✗" in airlock("doctor").out


def test_a_variable_that_is_not_set_is_no_reason_to_prove_elsewhere(
    airlock: Airlock, root: Path
) -> None:
    (root / "airlock.toml").write_text("[server]\nshadow_url = { env = 'CI_SHADOW' }\n")
    result = airlock("check", "--no-rules")
    assert result.code == 2
    assert "server.shadow_url: the variable CI_SHADOW is not set" in result.err
    assert "export CI_SHADOW=" in result.err
    assert airlock("status").code == 0
