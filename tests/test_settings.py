"""Settings: read from the file, then the environment; a weak or wrong one stops the start with one line."""

import tomllib
from dataclasses import Field, FrozenInstanceError
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from kelisim.settings import Settings, described
from kelisim.settings.entry import SettingsError
from kelisim.settings.file import default_file
from kelisim.settings.reading import instance_path, variable_of

SETTINGS = {entry.name: entry for entry in described()}
NUMBERS = [entry for entry in described() if entry.type is int]
TEXTS = [entry.name for entry in described() if entry.type is str]
POSTGRES = "postgresql+psycopg://"
# A value other than the default for each text that not every text fits.
OTHER_TEXTS = {
    "operator_bin": "000020000003",
    "site_address": "https://consent.example.kz",
    "certificate": "chain.pem",
    "certificate_key": "key.pem",
    "database_url": "postgresql+psycopg://kelisim@localhost/kelisim",
    "replica_url": "postgresql+psycopg://kelisim@replica/kelisim",
    "asked_again": "code",
    "role": "public",
    "desk_address": "https://desk.example.kz:8444",
    "redis_url": "redis://localhost:6379/0",
    "smtp_from": "notices@artsofte.kz",
    "mail_language": "kk",
    # A file that is there.
    "smtp_password_file": __file__,
    "smtp_authority": __file__,
    "mark": str(Path(__file__).resolve().parents[1] / "static" / "favicon.svg"),
    "accent": "#003300",
    "accent_dark": "#ffffff",
    "log_format": "text",
    # A folder that is there.
    "acme_folder": str(Path(__file__).parent),
    **{name: "7 per 2 minutes" for name in TEXTS if name.endswith("_limit")},
}
PAIRS = {
    "certificate": "certificate_key",
    "certificate_key": "certificate",
    "smtp_user": "smtp_password_file",
    "smtp_password_file": "smtp_user",
    "replica_url": "database_url",
}
READY = {
    "KELISIM_TRIAL": "false",
    "KELISIM_OPERATOR_EMAIL": "consent@artsofte.kz",
    "KELISIM_SITE_ADDRESS": "https://consent.artsofte.kz",
    "KELISIM_TRUSTED_PROXIES": "1",
}


def other(entry: "Field[Any]") -> bool | int | str:
    """A good value that is not the default."""
    if entry.type is bool:
        return not entry.default
    if entry.type is int:
        most = entry.metadata["most"]
        return int(entry.default) - 1 if most == entry.default else int(most or entry.default + 1)
    return OTHER_TEXTS.get(entry.name, "Әділ ’ another")


def as_toml(value: bool | int | str) -> str:
    return str(value).lower() if not isinstance(value, str) else f'"{value}"'


def loaded(folder: Path, *lines: str, **environment: str) -> Settings:
    if lines:
        (folder / "settings.toml").write_text("\n".join(lines), encoding="utf-8")
    return Settings.load(folder, environment)


def problem(folder: Path, *lines: str, **environment: str) -> str:
    with pytest.raises(SettingsError) as caught:
        loaded(folder, *lines, **environment)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def companions(name: str) -> dict[str, str]:
    """What must be set together with a setting for the start to be strong."""
    pair = PAIRS.get(name)
    if name == "trial":
        return READY
    return {f"KELISIM_{pair.upper()}": OTHER_TEXTS[pair] if pair == "database_url" else __file__} if pair else {}


def test_without_a_file_and_variables_every_setting_is_its_default(tmp_path: Path) -> None:
    settings = loaded(tmp_path)
    assert {name: getattr(settings, name) for name in SETTINGS} == {n: e.default for n, e in SETTINGS.items()}
    assert settings.address == "https://localhost:8443"
    assert settings.database == f"sqlite:///{tmp_path / 'kelisim.sqlite3'}"
    with pytest.raises(FrozenInstanceError):
        settings.trial = False  # type: ignore[misc]  # what must be refused is tried


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_is_read_from_the_file(tmp_path: Path, name: str) -> None:
    value = other(SETTINGS[name])
    assert getattr(loaded(tmp_path, f"{name} = {as_toml(value)}", **companions(name)), name) == value


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_is_read_from_the_environment_which_wins(tmp_path: Path, name: str) -> None:
    entry, value = SETTINGS[name], other(SETTINGS[name])
    written = value if isinstance(value, str) else as_toml(value)
    environment = {**companions(name), variable_of(entry): f" {written} "}
    assert getattr(loaded(tmp_path, f"{name} = {as_toml(entry.default)}", **environment), name) == value


@pytest.mark.parametrize("name", SETTINGS)
def test_a_wrong_type_is_named_with_what_to_write(tmp_path: Path, name: str) -> None:
    kind = {bool: "true or false", int: "a whole number", str: 'text in "quotes"'}[SETTINGS[name].type]  # type: ignore[index]  # Field.type is a type here
    wrong = {bool: ["1", '"yes"', "[]"], int: ["true", '"5"', "5.0"], str: ["5", "true", "2023-07-20"]}
    for value in wrong[SETTINGS[name].type]:  # type: ignore[index]  # as above
        message = problem(tmp_path, f"{name} = {value}")
        assert message.startswith(f"{name} in {tmp_path / 'settings.toml'} is ")
        assert message.endswith(f"write {kind}.")


@pytest.mark.parametrize("entry", NUMBERS, ids=lambda entry: entry.name)
def test_a_number_has_bounds_and_both_ends_are_good(tmp_path: Path, entry: "Field[Any]") -> None:
    least, most, variable = entry.metadata["least"], entry.metadata["most"], variable_of(entry)
    for bound, beyond, word in ((least, -1, "least"), (most, 1, "most")):
        if bound is not None:
            assert getattr(loaded(tmp_path, **{variable: str(bound)}), entry.name) == bound
            assert problem(tmp_path, f"{entry.name} = {bound + beyond}").endswith(f"the {word} is {bound}.")
            (tmp_path / "settings.toml").unlink()


@pytest.mark.parametrize("text", ["", "five", "5.5", "-5", "+5", "0x50", "٨٠٨٠", "8 443", "8443\n8444", "9" * 5000])
def test_a_number_in_the_environment_is_plain_digits(tmp_path: Path, text: str) -> None:
    assert "KELISIM_HTTPS_PORT is " in problem(tmp_path, KELISIM_HTTPS_PORT=text)


@pytest.mark.parametrize("text", ["", "yes", "1", "on", "truE!"])
def test_a_yes_or_no_in_the_environment_is_true_or_false(tmp_path: Path, text: str) -> None:
    assert problem(tmp_path, KELISIM_CROSS_BORDER=text) == f"KELISIM_CROSS_BORDER is {text!r}: write true or false."
    assert loaded(tmp_path, KELISIM_CROSS_BORDER="TRUE").cross_border


def test_a_name_that_is_no_setting_is_refused_wherever_it_stands(tmp_path: Path) -> None:
    assert "KELISIM_HTTPS_PROT is set, but there is no such setting" in problem(tmp_path, KELISIM_HTTPS_PROT="1")
    assert loaded(tmp_path, KELISIM_INSTANCE="elsewhere", PATH="x", kelisim_x="1").https_port == 8443
    assert "there is no setting 'https_prot'" in problem(tmp_path, "https_prot = 1")
    (tmp_path / "settings.toml").write_text("instance = '/'")
    assert "there is no setting 'instance'" in problem(tmp_path)


@pytest.mark.parametrize("text", ["a\nb", "a\x00b", "a\x7f", "a\x85b", "a\u2028b", f"a{chr(0xDCFF)}"])
def test_a_text_is_one_line_of_utf_8(tmp_path: Path, text: str) -> None:
    assert "write it on one line" in problem(tmp_path, KELISIM_SITE_NAME=text)


@pytest.mark.parametrize(
    ("content", "says"), [(b"trial = ", "is not valid TOML"), (b"\xff", "cannot be read"), (None, "cannot be read")]
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "settings.toml"
    path.mkdir() if content is None else path.write_bytes(content)
    assert problem(tmp_path).startswith(f"{path} {says}")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        *((name, empty, "the Consent must name it")
          for name in ("operator_name", "operator_address", "site_name")
          for empty in ("", "  ")),
        *(("operator_bin", value, "12 digits with a right check digit") for value in ("", "220540900219", "1" * 11)),
        *(("site_address", value, "must be an origin")
          for value in ("http://a.kz", "a.kz", "https://", "https://a.kz/path", "https://a.kz?", "https://a.kz#x",
                        "https://u@a.kz", "https://u:p@a.kz", "https://@a.kz", "https://a.kz:", "https://a.kz:0",
                        "https://a.kz:65536", "https://a.kz:x", "https://A.kz", "HTTPS://a.kz", "https://келісім.kz",
                        "https://[::1", "https://a b.kz", "https://-a.kz", "https://a.kz.")),
        *((name, value, "is no limit: write it as 60 per minute")
          for name in TEXTS if name.endswith("_limit")
          for value in ("60", "many per minute", "0 per minute", "60 per fortnight", "60/minute", "60 per minute, ")),
        ("database_url", "mysql://u:secret@h/d", "must begin with sqlite:/// or postgresql+psycopg://"),
        ("database_url", "postgresql://u:secret@h/d", "must begin with sqlite:/// or postgresql+psycopg://"),
        ("redis_url", "http://h:secret@h", "must begin with redis://, rediss://, unix://"),
        *(("redis_url", value, "redis_url cannot be read: write signs such as / : @ # in its password as %2F %3A %40 %23")
          for value in ("redis://:secret/7@h", "redis://:secret#7@h", "redis://h:secret", "rediss://:secret[@h:1")),
        *((name, value, f"{name} cannot be read: write signs such as / : @ # in its password as %2F %3A %40 %23")
          for name in ("database_url", "replica_url")
          for value in (f"{POSTGRES}u:7@k:secret@h/d", f"{POSTGRES}u@h:secret/d", f"{POSTGRES}u:7@h:65536/d")),
        ("certificate", "chain.pem", "certificate_key is empty"),
        ("certificate_key", "key.pem", "certificate is empty"),
    ],
)  # fmt: skip  # a list to read, not a column
def test_a_weak_start_is_refused_and_the_setting_named(tmp_path: Path, name: str, value: str, says: str) -> None:
    message = problem(tmp_path, f'{name} = "{value}"')
    assert says in message
    assert "secret" not in message


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("database_url", f"{POSTGRES}u:s/x#y:z@[::1]:5432/d?sslmode=verify-full"),
        ("database_url", f"{POSTGRES}/d?host=/run/postgresql"),
        ("database_url", f"{POSTGRES}u@h/d"),
        ("redis_url", "rediss://u:s%2Fx%40y@[::1]:6379/0"),
        ("redis_url", "unix://:s%2Fx@/run/redis.sock?db=1"),
    ],
)
def test_an_address_with_a_password_is_read(tmp_path: Path, name: str, address: str) -> None:
    assert getattr(loaded(tmp_path, **{f"KELISIM_{name.upper()}": address}), name) == address
    if name == "database_url":
        make_url(address)


@pytest.mark.parametrize(
    "address",
    ["https://a.kz", "https://a.kz/", "https://xn--e1afmkfd.kz:8443", "https://[2001:db8::1]:443", "https://7.kz"],
)
def test_an_origin_is_a_good_address(tmp_path: Path, address: str) -> None:
    assert loaded(tmp_path, KELISIM_SITE_ADDRESS=address).address == address.rstrip("/")


def test_the_address_of_a_trial_follows_its_port(tmp_path: Path) -> None:
    assert loaded(tmp_path, KELISIM_HTTPS_PORT="9443").address == "https://localhost:9443"


@pytest.mark.parametrize("limit", ["", "60 per minute", "5 per 2 hours; 1 per second", "1000 per day"])
def test_a_trial_may_be_without_limits(tmp_path: Path, limit: str) -> None:
    assert loaded(tmp_path, KELISIM_FORM_LIMIT=limit).form_limit == limit


def test_without_trial_everything_that_is_missing_is_named_at_once(tmp_path: Path) -> None:
    limits = {variable_of(SETTINGS[name]): "" for name in TEXTS if name.endswith("_limit")}
    assert problem(tmp_path, KELISIM_TRIAL="false", **limits) == (
        "trial = false needs certificate and certificate_key (or trusted_proxies, when a proxy ends TLS), form_limit (a limit), choice_limit (a limit), "
        "receipt_limit (a limit), check_limit (a limit), my_limit (a limit), sign_in_limit (a limit); set them in settings.toml."
    )


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        *(("OPERATOR_EMAIL", value, "operator_email") for value in ("nobody", "a@", "@b", "a b@c")),
        *(
            ("SITE_ADDRESS", f"https://{host}", "site_address")
            for host in ("localhost", "127.0.0.1:8443", "[::1]:8443")
        ),
        ("TRUSTED_PROXIES", "0", "certificate and certificate_key"),
    ],
)
def test_without_trial_what_only_looks_real_is_refused(tmp_path: Path, variable: str, value: str, says: str) -> None:
    message = problem(tmp_path, **{**READY, f"KELISIM_{variable}": value})
    assert message.startswith(f"trial = false needs {says} (")
    assert message.count("(") == 1


@pytest.mark.parametrize(
    ("values", "unset"),
    [
        ({}, ()),
        ({"KELISIM_OPERATOR_EMAIL": ""}, ("operator_email",)),
        ({"KELISIM_OPERATOR_EMAIL": " "}, ("operator_email",)),
        (READY, ()),
        ({**READY, "KELISIM_OPERATOR_EMAIL": "x@EXAMPLE.com"}, ("operator_email",)),
        ({**READY, "KELISIM_OPERATOR_EMAIL": "", "KELISIM_SITE_ADDRESS": ""}, ("operator_email", "site_address")),
    ],
)
def test_what_the_consent_must_name_and_nobody_set_is_known(
    tmp_path: Path, values: dict[str, str], unset: tuple[str, ...]
) -> None:
    settings = loaded(tmp_path, **values)
    assert settings.unset == unset
    assert bool(settings.email) == ("operator_email" not in unset)


def test_a_ready_instance_starts_behind_a_proxy_or_with_its_own_certificate(tmp_path: Path) -> None:
    assert not loaded(tmp_path, **READY).trial
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    own = {
        **READY,
        "KELISIM_TRUSTED_PROXIES": "0",
        "KELISIM_CERTIFICATE": str(chain),
        "KELISIM_CERTIFICATE_KEY": str(key),
    }
    assert problem(tmp_path, **own) == f"certificate names {chain}, which is not there: give the path of the PEM file."
    chain.touch()
    assert problem(tmp_path, **own).startswith(f"certificate_key names {key}, which is not there")
    key.touch()
    assert loaded(tmp_path, **own).certificate == str(chain)


def test_the_first_file_holds_the_operators_facts_and_every_default_as_a_comment(tmp_path: Path) -> None:
    text = default_file(date(2026, 11, 22))
    stated = {"trial", *(name for name in SETTINGS if name.startswith("operator_"))}
    assert set(tomllib.loads(text)) == stated
    assert loaded(tmp_path, text) == Settings(instance=tmp_path)
    uncommented = [
        line.removeprefix("# ") if " = " in line and line.split()[1] in SETTINGS else line for line in text.splitlines()
    ]
    assert tomllib.loads("\n".join(uncommented)) == {name: entry.default for name, entry in SETTINGS.items()}
    assert all(entry.metadata["says"] in text for entry in described())


def test_the_instance_is_beside_the_program_or_where_the_variable_says(tmp_path: Path) -> None:
    assert instance_path({}, tmp_path) == tmp_path / "instance"
    assert instance_path({"KELISIM_INSTANCE": "  "}, tmp_path) == tmp_path / "instance"
    assert instance_path({"KELISIM_INSTANCE": f" {tmp_path}/x "}, Path("/")) == tmp_path / "x"
    assert instance_path({"KELISIM_INSTANCE": "~/x"}, tmp_path) == Path.home() / "x"
    assert instance_path({"KELISIM_INSTANCE": "x"}, tmp_path).is_absolute()


def test_a_setting_that_is_no_more_says_what_takes_its_place(tmp_path: Path) -> None:
    for said in (problem(tmp_path, KELISIM_RECIPIENTS="Courier"), problem(tmp_path, 'recipients = ""')):
        assert "the desk's register (/operator/recipients)" in said
