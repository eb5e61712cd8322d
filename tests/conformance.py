"""`make conformance`: print `docs/conformance.md` from a run of the tests that it is about."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.clients.test_http_audits import AUDITS
from tests.schema.test_limits import CASES
from tests.social.answers import API, OTHERS, STATIC
from tests.social.test_headers import HEADERS, POLICY

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "conformance.md"
FILES = ["tests/clients/test_http_audits.py", "tests/schema/test_limits.py", "tests/social/test_headers.py"]
# Says of a test (its file without the folder, its function, its parameter) what came of it.
Outcome = Callable[[str, str, str], str]


def main() -> int:
    """Exit with pytest's own code."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", f"--junitxml={report}", *FILES]
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        outcomes = {
            (case.get("classname", "").rpartition(".")[2], case.get("name", "")): _outcome(case)
            for case in ET.parse(report).iter("testcase")  # noqa: S314  # pytest has just written it
        }
    PAGE.write_text(page(lambda file, test, kind: outcomes.get((file, f"{test}[{kind}]"), "not run")))
    return code


def page(outcome: Outcome) -> str:
    """The page."""
    audits = [outcome("test_http_audits", "test_the_server_keeps_to", audit) for audit in AUDITS]
    headers = [
        *(("test_every_answer_has_every_header_and_is_not_stored", kind) for kind in [*API, *OTHERS]),
        *(("test_static_files_have_every_header_and_may_be_stored", kind) for kind in STATIC),
    ]
    limits = (
        [
            *(f"`{case.name}`", f"{case.maximum:,}", f"`{case.code}`"),
            outcome("test_limits", "test_at_the_limit_it_works", case.name),
            outcome("test_limits", "test_one_above_is_refused_with_what_is_at_fault", case.name),
        ]
        for case in CASES
    )
    answers = ([kind, outcome("test_headers", test, kind)] for test, kind in headers)
    sections = [
        "# Conformance",
        "What others measure a GraphQL server by, and what came of it: printed by `make conformance` from a "
        "run of the tests, which `make test` runs too.",
        "## GraphQL over HTTP",
        "The server audits of `graphql-http`, put to the server that `make serve` starts: "
        f"{audits.count('passed')} of {len(AUDITS)}.",
        _table(["audit", "outcome"], zip(AUDITS, audits, strict=True)),
        "## Limits",
        "A request at the limit is answered. One above it is refused, with this code, the limit, the value "
        "and the field at fault.",
        _table(["limit", "at most", "code", "at the limit", "one above"], limits),
        "## Headers",
        _table(["header", "value"], [*_headers(), ["`Content-Security-Policy`", _policy()]]),
        "On every kind of answer:",
        _table(["answer", "outcome"], answers),
    ]
    return "\n\n".join(sections) + "\n"


def _headers() -> Iterable[list[str]]:
    return (
        [f"`{name}`", f"`{value}`" if value else "not without being asked for"]
        for name, value in HEADERS.items()
    )


def _policy() -> str:
    return f"`{'; '.join(f'{name} {sources}' for name, sources in POLICY.items())}`"


def _table(head: list[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _outcome(case: ET.Element) -> str:
    return next((kind for kind in ("failure", "error", "skipped") if case.find(kind) is not None), "passed")
