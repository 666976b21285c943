from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from calendar_service.errors import SettingsError
from calendar_service.settings import SECTIONS, load_settings

EXAMPLE = Path(__file__).parent.parent.parent / "config" / "calendar-service.toml"


def problems_of(text: str, folder: Path, environment: dict[str, str] | None = None) -> list[str]:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings(file, environment or {})
    return [problem.replace(f"{file}: ", "") for problem in caught.value.problems]


def test_defaults_need_no_file(tmp_path: Path) -> None:
    settings = load_settings(
        None, {"XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "share")}
    )
    assert settings.data == tmp_path / "share" / "calendar-service"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.store_url == f"sqlite:///{settings.data}/calendar-service.db"
    assert settings.inbox_folder == settings.data / "inbox"


def test_example_states_every_key_at_its_default(tmp_path: Path) -> None:
    shown = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    for name, kind in SECTIONS.items():
        expected = {item.name: item.default for item in fields(kind) if not item.metadata["secret"]}
        assert shown[name] == expected


def test_environment_overrides_the_file_and_the_command_line_both(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[web]\nport = 9000\nhost = 'localhost'\n", encoding="utf-8")
    environment = {"CALENDAR_SERVICE_WEB_PORT": "9001", "CALENDAR_SERVICE_DATA": str(tmp_path)}
    assert load_settings(file, environment).web.port == 9001
    settings = load_settings(file, environment, web={"port": 9002, "host": None})
    assert (settings.web.port, settings.web.host, settings.data) == (9002, "localhost", tmp_path)


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    text = (
        '[web]\nport = 70000\nhots = "x"\n[mail]\nsecurity = "ssl"\nuser = "me"\nsender = "nobody"\n[wbe]\n'
    )
    environment = {"CALENDAR_SERVICE_READING_SECONDS": "soon"}
    assert problems_of(text, tmp_path, environment) == [
        "[wbe] is unknown; did you mean web?",
        "web.hots is unknown; did you mean host?",
        "web.port must lie between 1 and 65535 (it is 70000).",
        "CALENDAR_SERVICE_READING_SECONDS: reading.seconds must be a number (it is 'soon').",
        "mail.security must be one of: starttls, tls, none (it is 'ssl').",
        "mail.sender must be a mail address such as reminders@example.org (it is 'nobody').",
        "mail.user is set, but no password: set CALENDAR_SERVICE_MAIL_PASSWORD or mail.password_file.",
    ]


@pytest.mark.parametrize("given", ["80.5", "true", "'many'", "nan"])
def test_a_whole_number_is_never_rounded(tmp_path: Path, given: str) -> None:
    [problem] = problems_of(f"[web]\nport = {given}\n", tmp_path)
    assert problem.startswith("web.port must be a whole number (it is ")


def test_a_secret_comes_from_environment_or_a_file_and_is_never_shown(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("hunter2\n", encoding="utf-8")
    file = tmp_path / "config.toml"
    file.write_text(f"[mail]\npassword_file = '{secret}'\n", encoding="utf-8")
    assert load_settings(file, {}).mail.password == "hunter2"
    assert load_settings(file, {"CALENDAR_SERVICE_MAIL_PASSWORD": "other"}).mail.password == "other"
    [problem] = problems_of("[mail]\npassword = 'hunter2'\n", tmp_path)
    assert problem == (
        "mail.password is a secret and does not belong in this file; "
        "set CALENDAR_SERVICE_MAIL_PASSWORD or mail.password_file."
    )


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no such file"):
        load_settings(tmp_path / "nowhere.toml", {})
    assert problems_of("[web\n", tmp_path)[0].startswith("is no valid TOML")
    assert problems_of("web = 3\n", tmp_path) == ["[web] must be a table."]


def test_listening_beyond_this_machine_needs_a_public_address(tmp_path: Path) -> None:
    [problem] = problems_of("[web]\nhost = '0.0.0.0'\n", tmp_path)
    assert problem.startswith("web.base_url is needed")


def test_a_misspelt_variable_of_the_environment_is_reported(tmp_path: Path) -> None:
    environment = {
        "CALENDAR_SERVICE_WEB_PROT": "8001",
        "CALENDAR_SERVICE_MAIL_PASSWORD_FILE": str(tmp_path / "config.toml"),
        "CALENDAR_SERVICE_PORT": "tcp://10.0.0.1:80",  # as Kubernetes sets it for a service of this name
    }
    assert problems_of("", tmp_path, environment) == [
        "CALENDAR_SERVICE_WEB_PROT: web.prot is unknown; did you mean port?"
    ]


def test_a_folder_is_named_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings(None, {"XDG_CONFIG_HOME": str(tmp_path)}, data=Path("data"))
    assert (settings.data, settings.inbox_folder) == (tmp_path / "data", tmp_path / "data" / "inbox")
