"""Page artwork: parallel lines whose relief drifts from line to line, drawn from a seed.

The same seed always gives the same picture, so the address of a picture never changes its content.
"""

import random
from math import exp

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control

WIDTH, HEIGHT, LINES, POINTS = 800, 260, 18, 26
# Part of every seed: another way of drawing takes another edition, and so other addresses.
EDITION = 2
# Middle grades that hold on the light and on the dark wash alike.
HUES = {"pine": "#12867b", "amber": "#bd7212", "iris": "#6c6bd0"}


@cache_control(public=True, max_age=31_536_000, immutable=True)
def artwork(request: HttpRequest, hue: str, seed: str) -> HttpResponse:
    """SVG of one page's artwork. Raises Http404 for an unknown hue."""
    if hue not in HUES:
        raise Http404
    return HttpResponse(draw(seed, HUES[hue]), content_type="image/svg+xml")


def draw(seed: str, colour: str) -> str:
    """An SVG document of `LINES` lines in one colour on a transparent ground."""
    dice = random.Random(seed)  # noqa: S311 - a picture, not a secret
    hills = [
        {
            "at": dice.uniform(0.08, 0.95),
            "drift": dice.uniform(-0.35, 0.35),
            "width": dice.uniform(0.05, 0.11),
            "height": dice.uniform(0.4, 1.0),
            "row": dice.uniform(0.15, 0.9),
            "spread": dice.uniform(0.16, 0.36),
        }
        for _ in range(6)
    ]
    paths = "".join(
        f'<path d="{line(hills, row / (LINES - 1))}" stroke-opacity="{0.35 + 0.6 * row / (LINES - 1):.2f}"'
        f' stroke-width="{2.2 if row % 5 == 0 else 1.3}" vector-effect="non-scaling-stroke"/>'
        for row in range(LINES)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' preserveAspectRatio="xMidYMid slice"><g fill="none" stroke="{colour}">{paths}</g></svg>'
    )


def line(hills: list[dict[str, float]], depth: float) -> str:
    """Path data of the line at `depth` (0 far, 1 near): the sum of bell-shaped hills, softly limited."""
    base = HEIGHT * (0.32 + 0.66 * depth)
    points = []
    for i in range(POINTS):
        x = i / (POINTS - 1)
        rise = sum(
            h["height"]
            * exp(-(((x - h["at"] - h["drift"] * (depth - 0.5)) / h["width"]) ** 2) / 2)
            * exp(-(((depth - h["row"]) / h["spread"]) ** 2) / 2)
            for h in hills
        )
        rise = 1.25 * rise / (1 + 0.45 * rise)
        points.append((round(x * WIDTH), round(base - rise * HEIGHT * 0.26)))
    return smooth(points)


def smooth(points: list[tuple[int, int]]) -> str:
    """A curve through evenly spaced points, as cubic segments with horizontal-third handles."""
    third = (points[1][0] - points[0][0]) / 3
    slopes = [0.0]
    for before, after in zip(points, points[2:], strict=False):
        slopes.append((after[1] - before[1]) / (after[0] - before[0]))
    slopes.append(0.0)
    path = f"M{points[0][0]} {points[0][1]}"
    for i in range(1, len(points)):
        (x0, y0), (x1, y1) = points[i - 1], points[i]
        path += (
            f"C{x0 + third:.0f} {y0 + slopes[i - 1] * third:.0f}"
            f" {x1 - third:.0f} {y1 - slopes[i] * third:.0f} {x1} {y1}"
        )
    return path
