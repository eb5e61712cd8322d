"""The report's drawings, as SVG without text: the words stand beside them, where they keep their size."""

from collections.abc import Sequence
from enum import Enum

from bot.report_facts import Moment

_WIDTH, _HEIGHT = 1000, 300
_MOST_POINTS = 300


class Sign(Enum):
    """How something came out: its name for those who cannot see it, and what is drawn."""

    HELD = "Held", "M4.5 8.5l2.4 2.4 4.6-5.3"
    BROKEN = "Broken", "M5 5l6 6M11 5l-6 6"
    OPEN = "Open", "M4.8 8h6.4"

    def draw(self) -> str:
        """The sign in a disc, as large as the text round it."""
        name, path = self.value
        return (
            f'<svg class="sign {self.name.lower()}" viewBox="0 0 16 16" role="img"><title>{name}</title>'
            f'<circle cx="8" cy="8" r="8"/><path d="{path}"/></svg>'
        )


def bar(value: int, maximum: int, title: str) -> str:
    """A bar `value` long, where `maximum` takes the full width."""
    share = 100 * value / maximum if maximum else 0
    return (
        f'<svg class="bar" role="img"><title>{title}</title>'
        f'<rect class="track" width="100%" height="100%"/><rect width="{share:.4g}%" height="100%"/></svg>'
    )


def timeline(moments: Sequence[Moment], title: str) -> str:
    """Likes made and posts without a like, over time, on one scale from 0 to `scale_of(moments)`."""
    chosen = _thinned(moments)
    end_s = moments[-1].at_s or 1.0
    top = scale_of(moments)
    likes = _steps([(moment.at_s / end_s, moment.likes / top) for moment in chosen])
    unliked = _steps([(moment.at_s / end_s, moment.unliked_posts / top) for moment in chosen])
    grid = "".join(f'<path class="grid" d="M0 {_HEIGHT * part / 4:g}H{_WIDTH}"/>' for part in range(5))
    return (
        f'<svg class="plot" viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="none" role="img">'
        f"<title>{title}</title>{grid}"
        f'<path class="area" d="{likes}V{_HEIGHT}H0Z"/><path class="line" d="{likes}"/>'
        f'<path class="line second" d="{unliked}"/></svg>'
    )


def scale_of(moments: Sequence[Moment]) -> int:
    """The top of the timeline's scale: a round number that four equal parts divide."""
    largest = max(max(moment.likes, moment.unliked_posts) for moment in moments)
    part = 1
    while part * 4 < largest:
        part = _next_round_number(part)
    return part * 4


def _next_round_number(number: int) -> int:
    """As in 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40."""
    scale = 1
    while number >= 40 * scale:
        scale *= 10
    steps = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40)
    return next(step * scale for step in steps if step * scale > number)


def _thinned(moments: Sequence[Moment]) -> list[Moment]:
    """So few that a page opens quickly, evenly chosen, with the first and the last."""
    stride = max(1, len(moments) // _MOST_POINTS)
    return [*moments[:-1:stride], moments[-1]]


def _steps(points: Sequence[tuple[float, float]]) -> str:
    """A path that keeps its height until the next point. Points are shares of the width and the height."""
    scaled = [(round(_WIDTH * x, 1), round(_HEIGHT * (1 - y), 1)) for x, y in points]
    (first_x, first_y), *rest = scaled
    return f"M{first_x:g} {first_y:g}" + "".join(f"H{x:g}V{y:g}" for x, y in rest)
