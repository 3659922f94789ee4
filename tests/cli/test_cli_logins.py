"""The logins of a protected environment, through the command line."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from terminal import PASSWORD, Airlock, migration

from airlock.server.cluster import Cluster
from airlock.server.connect import connect

Execute = Callable[[str], None]

ROLES = ("cli_inspector", "cli_deployer", "cli_backup", "cli_owner")


@pytest.fixture
def database(environments: Cluster) -> Iterator[str]:
    """A database of its own owner, and the roles of these tests."""
    name = f"logins_{secrets.token_hex(4)}"
    with connect(environments.address("airlock"), acting=False) as session:
        if not session.fetch("select 1 from pg_roles where rolname = 'cli_owner'"):
            session.execute("create role cli_owner login")
        session.execute(f"create database {name} template template0 owner cli_owner")
        try:
            yield name
        finally:
            session.execute(f"drop database {name} with (force)")
            for role in ROLES:
                if session.fetch("select 1 from pg_roles where rolname = %s", (role,)):
                    session.execute(f"drop owned by {role}; drop role {role}")


@pytest.fixture
def execute(environments: Cluster, database: str) -> Execute:
    """Run SQL there as a superuser."""

    def run(sql: str) -> None:
        with connect(environments.address(database), acting=False) as session:
            session.execute(sql)

    return run


def url(environments: Cluster, database: str, role: str) -> str:
    found = environments.address(database).url
    for login in ("://supabase_admin@", "://supabase_admin:"):
        found = found.replace(login, login.replace("supabase_admin", role), 1)
    return found


@pytest.fixture
def production(
    root: Path, environments: Cluster, database: str, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A project with a protected environment of three logins, none of which is there yet."""
    lines = ["[environments.production]"]
    for use, role in zip(("inspect", "deploy", "backup"), ROLES, strict=False):
        variable = f"LOGINS_{use.upper()}"
        monkeypatch.setenv(variable, url(environments, database, role))
        lines.append(f"{use}_url = {{ env = '{variable}' }}")
    (root / "airlock.toml").write_text("\n".join(lines) + "\n")
    migration(root, "20250101000000", "people", "create table public.people (email text);\n")
    return root


def probes(airlock: Airlock) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for each in airlock("doctor", "production", "--format", "json").json["probes"]:
        found.setdefault(each["name"], []).append(each)
    return found


def test_from_grants_to_a_clean_doctor(
    airlock: Airlock, production: Path, execute: Execute
) -> None:
    execute("set role cli_owner; create table public.people (email text)")
    before = probes(airlock)
    assert before["production inspector"][0]["verdict"] == "broken"
    assert "cannot be told" in before["production inspector"][0]["detail"]
    done = airlock("doctor", "production", "--grants")
    assert (done.code, done.err) == (0, "")
    assert 'create role "cli_inspector"' in done.out
    assert PASSWORD not in done.out
    execute(done.out)
    execute(done.out)
    after = probes(airlock)
    for login in ("inspector", "deployer", "backup"):
        (probe,) = after[f"production {login}"]
        assert probe["verdict"] == "fine", probe
    assert airlock("doctor", "production").code == 0
    assert airlock("status", "production").code == 1


def test_grants_need_an_environment(airlock: Airlock, production: Path) -> None:
    result = airlock("doctor", "--grants")
    assert (result.code, result.out) == (2, "")
    assert "airlock doctor ENV --grants" in result.err


def test_strict_makes_an_error_of_a_doubt(
    airlock: Airlock, production: Path, execute: Execute
) -> None:
    execute(airlock("doctor", "production", "--grants").out)
    execute(
        "create table public.people (email text); create view public.mails as table public.people;"
        "grant select on public.mails to public; alter table public.people owner to cli_owner;"
        "alter view public.mails owner to cli_owner"
    )
    (probe,) = probes(airlock)["production inspector"]
    assert (probe["verdict"], probe["fix"]) == (
        "doubtful",
        'revoke all on table "public"."mails" from public;',
    )
    assert airlock("doctor", "production").code == 0
    with (production / "airlock.toml").open("a") as file:
        file.write("strict = true\n")
    assert probes(airlock)["production inspector"][0]["verdict"] == "broken"
    assert airlock("doctor", "production").code == 1


COMMANDS = (
    ("status", "production"),
    ("status",),
    ("check",),
    ("diff", "production", "migrations"),
    ("diff", "migrations", "production"),
    ("plan", "production"),
    ("pull", "production"),
    ("snapshot", "production"),
)


@pytest.mark.parametrize(
    "power", ["alter role {} superuser", "alter role {} bypassrls", "grant pg_read_all_data to {}"]
)
def test_an_inspector_that_reads_is_refused_everywhere(
    airlock: Airlock, production: Path, execute: Execute, power: str
) -> None:
    execute(airlock("doctor", "production", "--grants").out)
    execute("create table public.people (email text); insert into public.people values ('row-x')")
    execute(power.format("cli_inspector"))
    for command in COMMANDS:
        result = airlock(*command)
        assert result.code == 3, (command, result)
        assert "its inspector cli_inspector can read rows there" in result.err, command
        assert "airlock doctor ENV --grants" in result.err
        assert "row-x" not in result.out + result.err
    assert airlock("doctor", "production").code == 1
    execute("alter role cli_inspector nosuperuser nobypassrls")


def test_one_login_for_all_is_a_warning_said_once(
    airlock: Airlock, production: Path, environments: Cluster, database: str
) -> None:
    (production / "airlock.toml").write_text(
        "[environments.production]\nurl = { env = 'LOGINS_ONE' }\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOGINS_ONE", url(environments, database, "cli_owner"))
        result = airlock("status", "production")
        assert result.code == 1, result
        assert (result.out + result.err).count("has no inspect_url") == 1


def test_a_password_on_the_command_line(
    airlock: Airlock, production: Path, environments: Cluster, database: str, tmp_path: Path
) -> None:
    place = f"127.0.0.1:{environments.port}/{database}"
    secret = f"postgresql://cli_owner:{PASSWORD}@{place}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOGINS_INSPECT", f"postgresql://cli_inspector@{place}")
        for command in (("diff", secret, "migrations"), ("snapshot", secret)):
            result = airlock(*command)
            assert result.code == 3, result
            assert "where every user of this machine can read it" in result.err
    (production / "airlock.toml").unlink()
    with connect(environments.address(database), acting=False) as session:
        session.execute(f"alter role cli_owner password '{PASSWORD}'")
    result = airlock("diff", secret, "empty", "--no-prove", "--format", "json")
    codes = [each["code"] for each in result.json["findings"]]
    assert "password-in-arguments" in codes, result
    output = tmp_path / "snapshot.json"
    result = airlock("snapshot", secret, "-o", str(output), "--format", "json")
    assert [each["code"] for each in result.json["findings"]] == ["password-in-arguments"]
    assert PASSWORD not in output.read_text()


def test_a_service_and_a_password_file_serve(
    airlock: Airlock, root: Path, environments: Cluster, database: str, execute: Execute
) -> None:
    """The password stands in a password file alone; pg_dump finds it there, too."""
    execute(f"alter role cli_owner password '{PASSWORD}'")
    execute("set role cli_owner; create table public.people (email text)")
    services, passwords = root / "services", root / "passwords"
    services.write_text(
        f"[away]\nhost=127.0.0.1\nport={environments.port}\ndbname={database}\nuser=cli_owner\n"
    )
    passwords.write_text(f"127.0.0.1:{environments.port}:{database}:cli_owner:{PASSWORD}\n")
    passwords.chmod(0o600)
    (root / "airlock.toml").write_text("[environments.away]\nurl = { service = 'away' }\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGSERVICEFILE", str(services))
        patch.setenv("PGPASSFILE", str(passwords))
        result = airlock("diff", "away", "away", "--format", "json")
        assert result.code == 0, result
        assert result.json["proof"]["converged"], json.dumps(result.json)
        patch.setenv("PGPASSFILE", str(services))
        assert airlock("diff", "away", "away").code == 2
