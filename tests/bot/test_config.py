"""Whatever is wrong with the configuration is told in one line, with the file, the line and the key."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import Config, ConfigError, load_config

GOOD = "number_of_users: 2\nmax_posts_per_user: 3\nmax_likes_per_user: 4\n"
DIGITS = "number_of_users must be a whole number in plain decimal digits"

# What the file says, and what the bot says after "bot.yaml, line N: ".
WRONG = {
    "an unknown key": (GOOD + "users: 1\n", 4, "unknown key 'users'; "),
    "a misspelt key": (
        GOOD + "number_of_user: 1\n",
        4,
        "unknown key 'number_of_user'; did you mean number_of_users?",
    ),
    "a key that is a list": (GOOD + "? [a]\n: 1\n", 4, "unknown key '(a list or mapping)'"),
    "a merge key": (GOOD + "<<: {seed: 1}\n", 4, "unknown key '<<'"),
    "a duplicate key": (GOOD + "number_of_users: 5\n", 4, "number_of_users stands twice, first on line 1."),
    "a missing key": ("\nmax_posts_per_user: 3\n", 1, "number_of_users and max_likes_per_user must be set"),
    "a boolean": (GOOD.replace("2", "true"), 1, DIGITS),
    "a YAML 1.1 boolean": (GOOD.replace("2", "yes"), 1, DIGITS),
    "an octal number": (GOOD.replace("2", "010"), 1, DIGITS),
    "a hexadecimal number": (GOOD.replace("2", "0x10"), 1, DIGITS),
    "a base-60 number": (GOOD.replace("2", "1:30"), 1, DIGITS),
    "an underscore": (GOOD.replace("2", "1_000"), 1, DIGITS),
    "an exponent": (GOOD.replace("2", "1e3"), 1, DIGITS),
    "a float": (GOOD.replace("2", "2.0"), 1, DIGITS),
    "a plus sign": (GOOD.replace("2", "+2"), 1, DIGITS),
    "a text of digits": (GOOD.replace("2", '"2"'), 1, DIGITS),
    "digits of another script": (GOOD.replace("2", "٢"), 1, DIGITS),
    "a tag": (GOOD.replace("2", "!!str 2"), 1, DIGITS),
    "an empty value": (GOOD.replace("2", ""), 1, DIGITS),
    "a null": (GOOD.replace("2", "~"), 1, DIGITS),
    "a list as value": (GOOD.replace("2", "[2]"), 1, DIGITS),
    "a negative number": (GOOD.replace("3", "-3"), 2, "max_posts_per_user must not be negative, but is -3."),
    "a number beyond reason": (GOOD + f"seed: {'9' * 5000}\n", 4, "seed must have at most 18 digits."),
    "no concurrency": (GOOD + "concurrency: 0\n", 4, "concurrency must be at least 1"),
    "no URL": (GOOD + "url: localhost\n", 4, "url must be an http or https URL, but is 'localhost'."),
    "a URL with a wrong port": (GOOD + "url: http://a:b/\n", 4, "url must be an http or https URL"),
    "a URL with a password": (
        GOOD + "url: http://u:p@a/\n",
        4,
        "url must not carry a user name or password.",
    ),
    "a number as URL": (GOOD + "url: 8000\n", 4, "url must be a text, but is '8000'"),
    "no mail domain": (GOOD + "email_domain: a@b.c\n", 4, "email_domain must be a mail domain"),
    "a list at the top": ("- number_of_users: 1\n", 1, "must be keys with values"),
    "a text at the top": ("hello\n", 1, "must be keys with values"),
    "an empty file": ("", 1, "the file is empty"),
    "comments alone": ("# nothing yet\n", 1, "the file is empty"),
    "two documents": (GOOD + "---\nseed: 1\n", 4, "not valid YAML: expected a single document"),
    "an undefined alias": (GOOD + "seed: *a\n", 4, "not valid YAML: found undefined alias 'a'."),
    "a tab": (GOOD + "\tseed: 1\n", 4, "not valid YAML: "),
    "an open quote": (GOOD + "url: 'http\n", 5, "not valid YAML: "),
    "a control character": (GOOD + "url: \x01\n", 4, "a control character does not belong in YAML."),
    "a depth beyond reason": ("[" * 100_000, 1, "nested too deeply."),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bot.yaml"


def load(file: Path, **overrides: str) -> Config:
    return load_config(file, overrides, fresh_seed=77)


def failure(file: Path, **overrides: str) -> str:
    with pytest.raises(ConfigError) as raised:
        load(file, **overrides)
    return str(raised.value)


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_is_told_with_file_line_and_key(mistake: str, file: Path) -> None:
    text, line, message = WRONG[mistake]
    file.write_text(text)

    told = failure(file)

    assert told.startswith(f"{file}, line {line}: {message}")
    assert "\n" not in told


def test_only_the_required_keys_are_needed(file: Path) -> None:
    file.write_text(GOOD)

    assert load(file) == Config(
        number_of_users=2,
        max_posts_per_user=3,
        max_likes_per_user=4,
        url="http://127.0.0.1:8000/graphql/",
        seed=77,
        concurrency=8,
        email_domain="example.com",
    )


def test_the_optional_keys_count(file: Path) -> None:
    file.write_text(
        GOOD + "url: https://[::1]:8443/g\nseed: 0\nconcurrency: 1\nemail_domain: 'bots.example.org'\n"
    )

    config = load(file)

    assert (config.url, config.seed, config.concurrency) == ("https://[::1]:8443/g", 0, 1)
    assert config.email_domain == "bots.example.org"


def test_an_anchor_and_its_alias_are_plain_yaml(file: Path) -> None:
    file.write_text(GOOD.replace("2", "&n 2").replace("4", "*n"))

    assert load(file).max_likes_per_user == 2


def test_a_byte_order_mark_does_no_harm(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())

    assert load(file).number_of_users == 2


def test_a_file_in_another_encoding_is_told_with_its_line(file: Path) -> None:
    file.write_bytes(GOOD.encode() + b"email_domain: caf\xe9.example\n")

    assert failure(file) == f"{file}, line 4: not text in UTF-8."


def test_a_missing_file_is_told(file: Path) -> None:
    assert failure(file) == f"{file}: the configuration cannot be read: No such file or directory."


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert failure(tmp_path) == f"{tmp_path}: the configuration cannot be read: Is a directory."


def test_an_endless_file_is_not_read_to_its_end() -> None:
    assert failure(Path("/dev/zero")) == "/dev/zero: too large to be a configuration."


def test_an_override_wins_over_the_file(file: Path) -> None:
    file.write_text(GOOD)

    assert load(file, number_of_users="9", url="http://b/").number_of_users == 9


def test_an_override_can_stand_for_a_missing_key(file: Path) -> None:
    file.write_text("max_posts_per_user: 3\nmax_likes_per_user: 4\n")

    assert load(file, number_of_users="0").number_of_users == 0


@pytest.mark.parametrize("text", ["010", "-1", "1_0", "true", "1e3", " 1", "", "'1'"])
def test_an_override_is_as_strict_as_the_file(text: str, file: Path) -> None:
    file.write_text(GOOD)

    assert failure(file, number_of_users=text).startswith("--number-of-users must ")


@given(st.integers(0, 10**18 - 1))
def test_any_whole_number_is_read_as_it_is_written(
    tmp_path_factory: pytest.TempPathFactory, number: int
) -> None:
    file = tmp_path_factory.mktemp("config") / "bot.yaml"
    file.write_text(GOOD.replace("2", str(number)))

    assert load(file).number_of_users == number


def test_the_shipped_configuration_is_the_documented_one() -> None:
    config = load(Path(__file__).parents[2] / "bot.yaml")

    assert (config.number_of_users, config.max_posts_per_user, config.max_likes_per_user) == (20, 10, 15)
