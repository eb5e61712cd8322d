"""`manage.py demo`, as a person runs it."""

import re
import subprocess
import sys

from social.stack import ROOT


def test_make_demo_brings_all_up_runs_the_bot_and_leaves_a_report() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "demo"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"Proof: holds", done.stdout)
    assert (ROOT / "var/demo").stat().st_mode & 0o777 == 0o700
    assert (ROOT / "var/demo/report/index.html").read_text().startswith("<!doctype html>")
