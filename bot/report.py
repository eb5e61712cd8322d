"""What a person looks at after a run: one HTML page that is complete in itself."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template

from bot.report_facts import Entry, Facts, gather
from bot.report_proof import outcome_of, proof_section, violation_block
from bot.report_sections import counted, duration, people_section, repeat_section, timeline_section
from bot.report_turns import refusals_section, turns_section
from bot.verdict import Verdict

_PAGE = Path(__file__).with_name("report.html")
_LONG_LIKES = 2_000  # of so many or more only the turns are printed: the likes would fill a ream

_STOPS = {
    "all_liked": "It stopped because no post had 0 likes any more.",
    "nobody_can_act": "It stopped because nobody had a permitted like left.",
}


def write_report(directory: Path, entries: Sequence[Entry], verdict: Verdict | None) -> Path:
    """Writes `index.html` into `directory`, which is made if it is missing, and returns its path.

    `entries` is any journal: of a malformed one the report shows what stands before the malformed line.
    `verdict` is None when nobody could judge the run, the server being away. Raises `OSError`.
    """
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "index.html"
    path.write_text(_page(gather(entries), verdict), encoding="utf-8", errors="replace")
    return path


def _page(facts: Facts, verdict: Verdict | None) -> str:
    sign, outcome = outcome_of(verdict)
    run = escape(facts.origin.run if facts.origin else "without a beginning")
    wrong_seq = verdict.violation.seq if verdict and verdict.violation else None
    sections = (
        proof_section(verdict),
        timeline_section(facts.moments),
        people_section(facts.people),
        turns_section(facts.turns, wrong_seq),
        refusals_section(facts.refusals),
        repeat_section(facts.origin),
    )
    return Template(_PAGE.read_text(encoding="utf-8")).substitute(
        title=f"Bot run {run}: {outcome.lower()}",
        body_class=' class="long"' if facts.likes >= _LONG_LIKES else "",
        run=run,
        outcome=f"{sign.draw()} {outcome}",
        summary=_summary(facts, verdict),
        figures=_figures(facts),
        sections="\n".join(filter(None, sections)),
    )


def _summary(facts: Facts, verdict: Verdict | None) -> str:
    done = (
        f"{counted(len(facts.users), 'user')} wrote {counted(len(facts.post_by_id), 'post')} and made"
        f" {counted(facts.likes, 'like')} in {counted(len(facts.turns), 'turn')}."
    )
    stop = _STOPS.get(facts.stop_reason or "", "It has not stopped yet.")
    summary = f'<p class="lead">{done} {stop}</p>'
    if verdict is None:
        summary += "<p>The server could not be read back, so nothing is proved yet.</p>"
    elif verdict.violation:
        summary += violation_block(verdict.violation, is_shown=facts.shows(verdict.violation.seq))
    if facts.refusals:
        left_out = counted(len(facts.refusals), "user or post", "users or posts")
        summary += f'<p>Incomplete: the server refused <a href="#refused">{left_out}</a>.</p>'
    return summary


def _figures(facts: Facts) -> str:
    last = facts.moments[-1] if facts.moments else None
    figures = {
        "Users": f"{len(facts.users):,}",
        "Posts": f"{len(facts.post_by_id):,}",
        "Likes": f"{facts.likes:,}",
        "Turns": f"{len(facts.turns):,}",
        "Without a like": f"{last.unliked_posts:,}" if last else f"{len(facts.post_by_id):,}",
        "Time": duration(facts.seconds),
    }
    cells = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in figures.items())
    return f'<dl class="figures">{cells}</dl>'
