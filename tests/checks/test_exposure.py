"""What is found of people and secrets in a file, what passes, and that no finding shows it."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode

import pytest

from airlock.checks.act import Context, read
from airlock.checks.exposure import account, address, assigned, email, identity, keys, token, urls
from airlock.checks.exposure.card import card
from airlock.checks.exposure.checksums import luhn, mod97, verhoeff
from airlock.checks.exposure.found import Kind, Span
from airlock.checks.exposure.phone import phone
from airlock.checks.exposure.veil import veiled
from airlock.model.finding import Level
from checks.judging import codes, judge

EXPOSURE = ["AL90", "AL92", "AL93"]


def _jwt(**claims: object) -> str:
    parts = [{"alg": "HS256", "typ": "JWT"}, claims]
    coded = [urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*coded, "c2lnbmF0dXJlLW9mLW5vYm9keQ"])


@pytest.mark.parametrize(
    "address_",
    ["m.okafor@brightline-logistics.com", "a_b+tag@sub.firma.co.in", "x1@firma.io"],
)
def test_an_address_of_somebody_is_found(address_: str) -> None:
    text = f"-- ask {address_}, please"
    (found,) = email.find(text)
    assert text[found.start : found.end] == address_


@pytest.mark.parametrize(
    "passing",
    [
        "dev@example.com",
        "dev@mail.example.org",
        "dev@shop.test",
        "dev@shop.example",
        "dev@nowhere.invalid",
        "root@localhost",
        "dev@test.com",
        "you@yourdomain.com",
        "%@brightline.io",
        "'^[a-z]+@[a-z]+[.][a-z]+$'",
        "git@github.com:acme/shop.git",
        "logo@2x.png",
        "postgres://u:secret@db.brightline.io",
        "sync@shop-1.iam.gserviceaccount.com",
    ],
)
def test_an_address_that_nobody_has_passes(passing: str) -> None:
    assert list(email.find(f"select '{passing}'")) == []


def test_an_office_has_an_address_too_that_matters_less() -> None:
    (found,) = email.find("'support@brightline.io'")
    assert found.level is Level.NOTE


@pytest.mark.parametrize(
    "number",
    ["+91 98765 43210", "+919876543210", "+44 20 7183 8750", "(212) 736-5000", "212-736-5000"],
)
def test_a_phone_number_is_found(number: str) -> None:
    assert phone(0, number) == Span(Kind.PHONE, 0, len(number), "a phone number")


@pytest.mark.parametrize(
    "number",
    [
        "+1 202-555-0143",
        "(212) 555-0100",
        "555-0123",
        "+44 7700 900123",
        "+44 1632 960001",
        "+1234567890",
        "+10000000000",
        "+61 491 570 156",
        "20240101120000",
        "2024-01-01 12",
    ],
)
def test_a_number_that_no_network_gives_out_passes(number: str) -> None:
    assert phone(0, number) is None


def test_check_digits_are_those_of_the_standards() -> None:
    assert luhn("4242424242424242")
    assert not luhn("4242424242424241")
    assert verhoeff("2363")  # the example of the literature: 236 and its digit
    assert not verhoeff("2364")
    assert mod97("GB82WEST12345698765432")
    assert not mod97("GB82WEST12345698765431")


def _with_luhn(start: str) -> str:
    return next(f"{start}{digit}" for digit in range(10) if luhn(f"{start}{digit}"))


def test_cards_are_found_and_test_cards_pass() -> None:
    number = _with_luhn("453945120398735")
    written = " ".join(number[at : at + 4] for at in range(0, 16, 4))
    assert card(0, number)
    assert card(0, written)
    assert card(0, "4242424242424242") is None
    assert card(0, "4111 1111 1111 1111") is None
    assert card(0, str(int(number) + 1)) is None
    assert card(0, _with_luhn("123456789012345")) is None


def test_accounts_are_found_and_examples_pass() -> None:
    digits = "000000001234567890131400"
    number = f"DE{98 - int(digits) % 97:02d}000000001234567890"
    assert [found.what for found in account.find(f"'{number}'")] == ["a bank account's number"]
    assert list(account.find("'DE89370400440532013000'")) == []
    assert list(account.find(f"'{number[:-1]}1'")) == []
    assert list(account.find("'GB29 NWBK 6016 1331 9268 19'")) == []


def test_numbers_of_states_are_found() -> None:
    aadhaar = next(f"23456789012{digit}" for digit in range(10) if verhoeff(f"23456789012{digit}"))
    written = f"{aadhaar[:4]} {aadhaar[4:8]} {aadhaar[8:]}"
    assert identity.identity(0, written)
    assert identity.identity(0, written[:-1] + str((int(written[-1]) + 1) % 10)) is None
    assert identity.identity_in("aadhaar_no", 0, aadhaar)
    assert identity.identity_in("order_no", 0, aadhaar) is None
    assert [found.what for found in identity.find("'AAAPZ1234C'")] == ["a PAN"]
    assert list(identity.find("'ABCDE1234F'")) == []
    assert identity.identity(0, "536-22-1809")
    for void in ("000-12-3456", "666-12-3456", "912-12-3456", "536-00-1809", "078-05-1120"):
        assert identity.identity(0, void) is None


@pytest.mark.parametrize(
    "passing",
    ["10.0.0.1", "192.168.1.20", "127.0.0.1", "192.0.2.44", "203.0.113.9", "8.8.8.8", "1.24.3.9"],
)
def test_private_and_documentation_addresses_pass(passing: str) -> None:
    assert address.address(passing, 0, passing) is None


def test_public_addresses_are_found() -> None:
    assert address.address("52.95.110.47", 0, "52.95.110.47")
    assert address.address("v52.95.110.47", 1, "52.95.110.47") is None
    assert list(address.find("'2600:1f18:24e6:b900:8d2b:1c4a:77f1:9a02'"))
    assert list(address.find("'2001:db8:1:2:3:4:5:6' '12:30:45' 'aa:bb:cc:dd:ee:ff'")) == []


@pytest.mark.parametrize(
    ("claims", "level"),
    [
        ({"role": "service_role", "exp": 2051222400}, Level.ERROR),
        ({"role": "anon"}, Level.NOTE),
        ({"sub": "1234"}, Level.WARNING),
        ({"role": "service_role", "iss": "supabase-demo"}, Level.NOTE),
    ],
)
def test_a_token_is_judged_by_what_it_allows(claims: dict[str, object], level: Level) -> None:
    (found,) = token.find(f"'{_jwt(**claims)}'")
    assert found.level is level


@pytest.mark.parametrize(
    "key",
    [
        "AKIA" + "Q7RK2MXW6TZLB4VN",
        "sk_live_" + "q7Rk2mXw9TzLb4Vn8Hs1Jd6F",
        "ghp_" + "q7Rk2mXw9TzLb4Vn8Hs1Jd6Fc3Gp5Ya0Ue2O",
        "glpat-" + "q7Rk2mXw9TzLb4Vn8Hs1",
        "xoxb-" + "29384756102-q7Rk2mXw9TzLb4Vn",
        "sk-proj-" + "q7Rk2mXw9TzLb4Vn8Hs1Jd6Fc3Gp5Ya0",
        "sk-ant-" + "api03-q7Rk2mXw9TzLb4Vn8Hs1Jd6Fc3Gp5Ya0",
        "AIza" + "q7Rk2mXw9TzLb4Vn8Hs1Jd6Fc3Gp5Ya0Ue2",
        "SK" + "9f8e7d6c5b4a39281706f5e4d3c2b1a0",
        "SG." + "q7Rk2mXw9TzLb4Vn8Hs1Jd.q7Rk2mXw9TzLb4Vn8Hs1Jd6Fc3Gp5Ya0Ue2OqRsTuV",
        "sb_secret_" + "q7Rk2mXw9TzLb4Vn8Hs1Jd_a1b2c3",
        "sbp_" + "9f8e7d6c5b4a39281706f5e4d3c2b1a098765432",
        "whsec_" + "q7Rk2mXw9TzLb4Vn8Hs1Jd6F",
        "$2a$10$" + "q7Rk2mXw9TzLb4Vn8Hs1Jd6Fc3Gp5Ya0Ue2OqRsTuVwXyZq7Rk2mX",
    ],
)
def test_a_key_is_known_by_its_form(key: str) -> None:
    text = f"select f('{key}')"
    (found,) = keys.find(text)
    assert text[found.start : found.end] == key


@pytest.mark.parametrize(
    "passing",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "sk_live_xxxxxxxxxxxxxxxxxxxx",
        "sk-your-key-goes-in-here-please",
        "sb_publishable_q7Rk2mXw9TzLb4Vn8Hs1Jd",
        "task_live_q7Rk2mXw9TzLb4Vn8Hs1Jd6F",
        "are_q7Rk2mXw_9TzLb4Vn8Hs1Jd6Fc3Gp5Ya0",
    ],
)
def test_what_only_looks_like_a_key_passes(passing: str) -> None:
    assert list(keys.find(f"select f('{passing}')")) == []


@pytest.mark.parametrize(
    "assignment",
    [
        "signing_secret text := 'q8Zt4Lw1Xv7Rk2Mn';",
        "password => 'kT9vQ2wLx8'",
        "set api_key = 'q8Zt4Lw1Xv7Rk2Mn'",
        """'{"client_secret": "q8Zt4Lw1Xv7Rk2Mn"}'""",
        "-- db_password: kT9vQ2wLx8mm",
        "encrypted_password = crypt('kT9vQ2wLx8', gen_salt('bf'))",
    ],
)
def test_a_secret_is_known_by_its_name(assignment: str) -> None:
    assert len(list(assigned.find(assignment))) == 1


@pytest.mark.parametrize(
    "passing",
    [
        "token_type text default 'access_token'",
        "check (kind in ('password_reset', 'magic_link'))",
        "password text not null",
        "api_key := 'your-api-key-1234'",
        "secret := current_setting('app.secret_1')",
        "token = '5f0c1f6e-97a5-4b43-8f1b-0d5c6a5a7d10'",
        "client_secret => '${CLIENT_SECRET_1}'",
        "f('oauth2_access_token_session', 'oauth2_access_token_session_fkey')",
        "set_config('app.skip_token', 'true12345', true)",
    ],
)
def test_a_name_alone_is_no_secret(passing: str) -> None:
    assert list(assigned.find(passing)) == []


def test_passwords_in_urls() -> None:
    text = "'postgres://feeder:kT9vQ2wLx8@db.brightline.io/feed'"
    (found,) = urls.find(text)
    assert text[found.start : found.end] == "kT9vQ2wLx8"
    for passing in (
        "postgres://postgres:postgres@localhost:5432/db",
        "postgres://u:<password>@db.brightline.io/x",
        "postgres://u:${PASSWORD}@db.brightline.io/x",
        "https://brightline.io:8443/path@x",
    ):
        assert list(urls.find(passing)) == []


EMAIL = "m.okafor@brightline-logistics.com"
KEY = "ghp_" + "q7Rk2mXw9TzLb4Vn8Hs1Jd6Fc3Gp5Ya0Ue2O"
SERVICE = _jwt(role="service_role")
PLACES = {
    "default": "alter table internal.t alter column c set default '{}';",
    "check": "alter table internal.t add constraint c check (c <> '{}');",
    "comment": "comment on table internal.t is '{}';",
    "line comment": "select 1; -- {}\n",
    "block comment": "select /* {} */ 1;",
    "escaped": "select e'\\n{}';",
    "dollar": "select $q${}$q$;",
    "view": "create or replace view internal.v as select '{}' as c;",
    "policy": "create policy p on internal.t using (c = '{}');",
    "block": "do $$ begin perform f('{}'); end $$;",
    "body": "create or replace function internal.f() returns text language plpgsql"
    " as $$ begin return '{}'; end $$;",
    "sql body": "create or replace function internal.f() returns text language sql"
    " as $$ select '{}' $$;",
    "comment in a body": "do $$ begin -- {}\n null; end $$;",
    "dynamic": "do $$ begin execute 'select ''{}'''; end $$;",
    "trigger argument": "create trigger t after insert on internal.t"
    " execute function internal.f('{}');",
    "json": """select '{{"key": "{}"}}'::jsonb;""",
    "copy": "copy internal.t (c) from stdin;\n{}\n\\.\n",
    "insert": "insert into internal.t (c) values (1, '{}');",
    "name": 'comment on column internal.t."{}" is null;',
    "unreadable": "creat tabel x ('{}');",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("value", "code"), [(EMAIL, "AL902"), (KEY, "AL921"), (SERVICE, "AL920")])
def test_every_place_of_a_file_is_looked_at_and_none_is_shown(
    place: str, value: str, code: str
) -> None:
    found = judge(PLACES[place].replace("{}", value).replace("{{", "{").replace("}}", "}"))
    assert code in codes(found)
    for each in found:
        finding = each.finding
        shown = [finding.message, finding.key, finding.source, finding.fix or "", finding.why or ""]
        assert not any(value in text for text in shown), each.finding.code


def test_code_is_no_literal() -> None:
    assert codes(judge("select a@b.c, 4539451203987356, 52 - 1;", select=EXPOSURE)) == set()


def test_what_columns_say_counts() -> None:
    sql = """
        insert into internal.people (full_name, mobile, email, note) values
            ('Priyanka Raghunathan', '9876501234', 'dev@example.com', 'Priyanka Raghunathan');
        copy internal.people (first_name, phone, email) from stdin;
Priyanka\t98765 01234\tdev@example.com
\\.
    """
    found = [each.finding for each in judge(sql, select=["AL902", "AL903", "AL908"])]
    assert [each.code for each in found] == ["AL908", "AL903", "AL908", "AL903"]
    assert all("is written to internal.people" in each.message for each in found)


def test_a_name_of_a_thing_is_nobodys() -> None:
    sql = "insert into internal.plans (name, price) values ('Enterprise', 4000);"
    assert codes(judge(sql, select=["AL908"])) == set()


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("create role r login password 'kT9vQ2wLx8'", "AL925"),
        ("do $$ begin create role r login password 'kT9vQ2wLx8'; end $$", "AL925"),
        ("create subscription s connection 'host=h password=kT9vQ2wLx8' publication p", "AL926"),
        ("create user mapping for u server s options (user 'u', password 'kT9vQ2wLx8')", "AL926"),
        ("select dblink_connect('host=h password=kT9vQ2wLx8')", "AL926"),
        ("select f('Authorization: Bearer kT9vQ2wLx8mmPq71')", "AL927"),
        ("select f('https://hooks.slack.com/services/T0A1B2C3D/B4E5F6G7H/kT9vQ2wLx8mm')", "AL927"),
        ("select vault.create_secret('kT9vQ2wLx8', 'mail')", "AL928"),
        ("alter database d set app.jwt_secret = 'kT9vQ2wLx8'", "AL929"),
        ("select set_config('app.jwt_secret', 'kT9vQ2wLx8', false)", "AL929"),
        ("update system_config set api_key = 'prod_key'", "AL930"),
        ("insert into api_keys values ('production_secret')", "AL930"),
        ("insert into config (key, value) values ('smtp_password', 'kT9vQ2wLx8')", "AL930"),
    ],
)
def test_secrets_that_statements_take(sql: str, code: str) -> None:
    found = judge(sql, select=EXPOSURE)
    assert code in codes(found)
    assert not any("kT9vQ2wLx8" in each.finding.source for each in found)


@pytest.mark.parametrize(
    "sql",
    [
        "create role r login password null",
        "create role r login password '${PASSWORD}'",
        "create server s foreign data wrapper f options (host 'db.internal', dbname 'x')",
        "create user mapping for u server s options (user 'u', password_required 'false')",
        "select vault.create_secret('https://api.brightline.io', 'project_url')",
        "alter database d set app.environment = 'production'",
        "select set_config('capgo.skip_apikey_trigger', 'true', true)",
        "insert into config (key, value) values ('theme', 'solarized-dark-2')",
    ],
)
def test_what_is_no_secret_passes(sql: str) -> None:
    assert codes(judge(sql, select=["AL92", "AL93"])) == set()


def test_one_value_is_found_once() -> None:
    sql = f"create or replace function f() returns text as $$ select 'Bearer {SERVICE}' $$;"
    assert [each.finding.code for each in judge(sql, select=EXPOSURE)] == ["AL920"]


def test_rows_are_veiled_and_places_stay() -> None:
    text = "insert into t (a) values ('Ünïcode', 42);\ncopy t from stdin;\nA\tB\n\\.\nselect 1;\n"
    shown = veiled(read("a.sql", text, Context()))
    assert len(shown) == len(text)
    assert "Ünï" not in shown
    assert "42" not in shown
    assert "A\tB" not in shown
    assert shown.startswith("insert into t (a) values (")
    assert shown.endswith("select 1;\n")


def test_a_fix_of_another_rule_shows_no_secret() -> None:
    found = judge("create role reporting login password 'kT9vQ2wLx8';", select=["AL804"])
    assert [each.finding.code for each in found] == ["AL804"]
    assert found[0].finding.fix is not None
    assert "kT9vQ2wLx8" not in found[0].finding.fix
