"""The report's outcome: what the referee found, rule by rule."""

from html import escape

from bot.report_svg import Sign
from bot.verdict import Rule, Verdict, Violation

_GROUPS = {
    "The likes, played again": (
        Rule.WHOSE_TURN,
        Rule.WHOLE_TURN,
        Rule.PERMITTED_POST,
        Rule.STOP,
        Rule.MAXIMUM,
    ),
    "The server, read back": (
        Rule.LIKE_COUNTS,
        Rule.SELF_LIKES,
        Rule.DOUBLE_LIKES,
        Rule.ACKNOWLEDGED,
        Rule.NOTHING_ELSE,
    ),
    "The run as a whole": (Rule.SIGNUPS, Rule.POSTS, Rule.JOURNAL, Rule.FINISHED),
}
# These are judged action by action, up to the first wrong one or the first malformed line.
_REPLAYED = frozenset((*_GROUPS["The likes, played again"], Rule.LIKE_COUNTS, Rule.SIGNUPS, Rule.POSTS))
_ENDS_REPLAY = _REPLAYED | {Rule.JOURNAL}


def outcome_of(verdict: Verdict | None) -> tuple[Sign, str]:
    """The whole verdict in a sign and a few words."""
    if verdict is None:
        return Sign.OPEN, "Not judged"
    if verdict.violation is None:
        return Sign.HELD, "Every rule was kept"
    if verdict.violation.rule is Rule.FINISHED:
        return Sign.OPEN, "Not finished"
    return Sign.BROKEN, "A rule was broken"


def violation_block(violation: Violation, *, is_shown: bool) -> str:
    """What was broken, with a link to the action when the turns show it (`is_shown`)."""
    if violation.rule is Rule.FINISHED:
        return "<p>The journal ends before the run does. As far as it goes, no rule was broken.</p>"
    action = "" if violation.seq is None else f", action {violation.seq:,}"
    link = ' <a href="#wrong">See it in its turn</a>' if is_shown else ""
    return (
        f'<div class="alarm"><p><strong>{violation.rule.capitalize()}{action}:</strong>'
        f" {escape(violation.message)}.{link}</p><p>{violation.rule.text}</p></div>"
    )


def proof_section(verdict: Verdict | None) -> str:
    """Every rule in plain words, whether it held, and how often that was checked."""
    groups = "".join(
        f"<div><h3>{title}</h3><ul>{''.join(_rule(rule, verdict) for rule in rules)}</ul></div>"
        for title, rules in _GROUPS.items()
    )
    return f'<section id="proof"><h2>Proof</h2><div class="proof">{groups}</div></section>'


def _rule(rule: Rule, verdict: Verdict | None) -> str:
    sign, checks = _finding(rule, verdict)
    number = f"{rule.capitalize()} · " if rule.startswith("rule") else ""
    return f'<li>{sign.draw()}<div>{rule.text}<span class="checks">{number}{checks}</span></div></li>'


def _finding(rule: Rule, verdict: Verdict | None) -> tuple[Sign, str]:
    if verdict is None:
        return Sign.OPEN, "not judged"
    if rule in verdict.broken:
        return (Sign.OPEN, "not yet") if rule is Rule.FINISHED else (Sign.BROKEN, "broken")
    times = verdict.checks.get(rule, 0)
    checks = "checked once" if times == 1 else f"checked {times:,} times"
    if verdict.violation is None:
        return Sign.HELD, checks if times else "nothing to check"
    if not times:
        return Sign.OPEN, "not reached"
    if rule in _REPLAYED and not _ENDS_REPLAY.isdisjoint(verdict.broken):
        return Sign.OPEN, f"kept until then, {checks}"
    return Sign.HELD, checks
