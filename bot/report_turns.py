"""The report's turns, one by one: why that user was next, what was permitted, and what was liked."""

from collections.abc import Sequence
from html import escape

from bot.report_facts import Refusal, Step, TurnFacts
from bot.report_sections import counted, duration, named


def turns_section(turns: Sequence[TurnFacts], wrong_seq: int | None) -> str:
    """Every turn folded away but the first and the one with the action `wrong_seq`, which is marked."""
    if not turns:
        return ""
    items = "\n".join(_turn(turn, wrong_seq) for turn in turns)
    return (
        '<section id="turns"><h2>Turn by turn</h2><p class="note">Each turn goes to the user with the most'
        " posts who can still like something, and lasts until the maximum is reached or nothing permitted is"
        f" left. Unfold a turn to see its likes.</p>{items}</section>"
    )


def _turn(turn: TurnFacts, wrong_seq: int | None) -> str:
    has_wrong_step = any(step.seq == wrong_seq for step in turn.steps)
    mark = ' id="wrong" class="turn wrong"' if turn.seq == wrong_seq else ' class="turn"'
    steps = "".join(_step(step, turn.user, is_wrong=step.seq == wrong_seq) for step in turn.steps)
    is_open = turn.number == 1 or has_wrong_step or turn.seq == wrong_seq
    return (
        f"<details{mark}{' open' if is_open else ''}><summary>"
        f'<span class="number">{turn.number:,}</span><strong class="name">{named(turn.user)}</strong>'
        f'<span class="gained">{counted(turn.likes, "like")}</span>'
        f'<span class="why">{_why(turn)}</span></summary>'
        f'<div class="likes"><p class="note">{_circumstances(turn)}</p>'
        f"<ol>{steps}</ol></div></details>"
    )


def _why(turn: TurnFacts) -> str:
    """The journal's reason, without the name that stands beside it."""
    reason = turn.reason.removeprefix(f"{turn.user} ")
    if reason:
        return escape(reason[0].upper() + reason[1:])
    return "" if turn.posts is None else f"Has {counted(turn.posts, 'post')}"


def _circumstances(turn: TurnFacts) -> str:
    zero = counted(turn.zero, "post has", "posts have")
    gone = f", {counted(turn.gone, 'is', 'are')} gone" if turn.gone else ""
    known = [f"After {duration(turn.at_s)} the server said: {zero} 0 likes{gone}."]
    if turn.posts is not None:
        known.append(f"{counted(turn.posts, 'post')} of their own.")
    if turn.permitted is not None:
        known.append(f"{counted(turn.permitted, 'post')} permitted.")
    return " ".join(known)


def _step(step: Step, turn_user: str, *, is_wrong: bool) -> str:
    mark = ' id="wrong" class="wrong"' if is_wrong else ""
    liker = "" if step.user == turn_user else f"{named(step.user)}: "
    post = (
        f"{named(step.post.author)} post {step.post.index}" if step.post else "a post unknown to the journal"
    )
    outcome = counted(step.like_count, "like") if step.refusal is None else escape(step.refusal)
    return f"<li{mark}><span>{liker}{post}</span><span>{outcome}</span></li>"


def refusals_section(refusals: Sequence[Refusal]) -> str:
    """The users and posts that were left out of the run; nothing when there are none."""
    if not refusals:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{named(refusal.user)}</th>'
        f"<td>{refusal.what}</td><td>{escape(refusal.reason)}</td></tr>"
        for refusal in refusals
    )
    return (
        '<section id="refused"><h2>Refused by the server</h2><table><thead><tr><th scope="col">User</th>'
        f'<th scope="col">What</th><th scope="col">Reason</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></section>"
    )
