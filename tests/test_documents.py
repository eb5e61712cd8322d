"""Documents that lie fail here."""

import re
from pathlib import Path

import pytest

from tests.conformance import page

ROOT = Path(__file__).resolve().parent.parent
NOT_FOR_PEOPLE = {"TEST_SQLITE_FILE"}
DOCUMENTS = [
    *("README.md", "CONTRIBUTING.md", "SECURITY.md"),
    *("docs/api.md", "docs/decisions.md", "docs/security.md"),
]
SETTING = re.compile(r'env\.\w+\(\s*"([A-Z_]+)"')


def read(name: str) -> str:
    return (ROOT / name).read_text()


def settings() -> set[str]:
    return set(SETTING.findall(read("social/settings.py"))) - NOT_FOR_PEOPLE


def test_the_readme_explains_exactly_the_settings_that_exist() -> None:
    rows = re.findall(r"^\| (`[A-Z_`, ]+`) \|", read("README.md"), re.MULTILINE)
    explained = {name for row in rows for name in re.findall(r"[A-Z_]+", row)}

    assert explained == settings() | {"WEB_WORKERS"}


def test_the_example_environment_has_exactly_the_settings_that_exist() -> None:
    shown = set(re.findall(r"^#?([A-Z_]+)=", read(".env.example"), re.MULTILINE))

    assert shown == (settings() | {"WEB_WORKERS"}) - {"ENV_FILE"}


def test_the_makefile_has_every_target_that_documents_name() -> None:
    targets = set(re.findall(r"^([a-z.]+):", read("Makefile"), re.MULTILINE))
    named = {
        target
        for document in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/decisions.md")
        for target in re.findall(r"(?:`|^)make ([a-z]+)", read(document), re.MULTILINE)
    }

    assert named <= targets


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_to_a_file_leads_somewhere(document: str) -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", read(document)) if "://" not in link]

    assert [link for link in links if not (ROOT / document).parent.joinpath(link).exists()] == []


def test_the_page_on_conformance_is_of_a_run_in_which_all_passed() -> None:
    assert read("docs/conformance.md") == page(lambda file, test, kind: "passed")


def test_every_management_command_is_in_the_readme() -> None:
    commands = {path.stem for path in ROOT.glob("*/management/commands/*.py")} - {"__init__"}

    assert {name for name in commands if f"`{name}`" not in read("README.md")} == set()


def test_every_test_that_the_page_on_security_names_exists() -> None:
    rows = re.findall(r"((?:`test_\w+`(?:,\s+)?)+)\s+\(([\w/]+\.py)\)", read("docs/security.md"))
    named = [(file, test) for tests, file in rows for test in re.findall(r"test_\w+", tests)]

    assert len(named) == len(re.findall(r"`test_\w+`", read("docs/security.md"))) > 40
    assert [pair for pair in named if f"def {pair[1]}(" not in read(f"tests/{pair[0]}")] == []


def test_every_requirement_that_the_page_on_security_claims_has_a_test_named_after_it() -> None:
    claims, _, _ = read("docs/security.md").partition("## Browsers")  # whose tests are tables of headers
    claimed = set(re.findall(r"\b\d+\.\d+\.\d+\b", claims))
    named = re.findall(r"^def test_v(\d+)_(\d+)_(\d+)_", read("tests/accounts/test_asvs.py"), re.MULTILINE)

    assert claimed == {".".join(number) for number in named}
