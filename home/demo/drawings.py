"""Draw the pictures of the demo: patterns in the cluster's colours, the same every time."""

import math
from collections.abc import Callable, Iterator
from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (2000, 1125)

Colour = tuple[int, int, int]
NIGHT: Colour = (12, 31, 63)
DEEP: Colour = (18, 62, 112)
BLUE: Colour = (32, 110, 180)
SKY: Colour = (116, 184, 232)
TEAL: Colour = (36, 160, 150)
LEAF: Colour = (112, 178, 74)
SUN: Colour = (246, 176, 56)
MIST: Colour = (232, 241, 248)

# Drawn larger and reduced, which makes edges smooth.
_SCALE = 2
_GOLDEN = (math.sqrt(5) - 1) / 2
_SILVER = math.sqrt(2) - 1


def draw(name: str, *, size: tuple[int, int] = SIZE) -> bytes:
    """Return a drawing as a JPEG file."""
    width, height = size[0] * _SCALE, size[1] * _SCALE
    top, bottom, pattern = _DRAWINGS[name]
    canvas = _background(width, height, top=top, bottom=bottom)
    pattern(ImageDraw.Draw(canvas), width, height)
    target = BytesIO()
    canvas.reduce(_SCALE).save(target, "JPEG", quality=86)
    return target.getvalue()


def _background(width: int, height: int, *, top: Colour, bottom: Colour) -> Image.Image:
    column = Image.new("RGB", (1, 256))
    for y in range(256):
        column.putpixel((0, y), _mixed(top, bottom, share=y / 255))
    return column.resize((width, height), Image.Resampling.BILINEAR)


def _mixed(first: Colour, second: Colour, *, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def _points(count: int, width: int, height: int) -> Iterator[tuple[float, float]]:
    """Yield points that fill the canvas evenly without a grid."""
    for number in range(1, count + 1):
        yield (number * _GOLDEN % 1) * width, (number * _SILVER % 1) * height


def _dot(
    pen: ImageDraw.ImageDraw, x: float, y: float, *, radius: float, fill: Colour | None
) -> None:
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)


def _network(pen: ImageDraw.ImageDraw, width: int, height: int) -> None:
    points = list(_points(70, width, height))
    near = width * 0.14
    for index, (x, y) in enumerate(points):
        for other_x, other_y in points[index + 1 :]:
            if math.hypot(x - other_x, y - other_y) < near:
                pen.line((x, y, other_x, other_y), fill=BLUE, width=max(1, width // 900))
    for index, (x, y) in enumerate(points):
        colour = (SKY, MIST, SUN, TEAL)[index % 4]
        _dot(pen, x, y, radius=width * (0.004 + 0.004 * (index % 3)), fill=colour)


def _waves(pen: ImageDraw.ImageDraw, width: int, height: int) -> None:
    steps = 160
    for row in range(9):
        base, swing = height * (0.18 + row * 0.1), height * (0.05 + 0.006 * row)
        line = [
            (
                width * step / steps,
                base + swing * math.sin(step / steps * math.tau * (1.2 + row * 0.13) + row),
            )
            for step in range(steps + 1)
        ]
        colour = _mixed(SKY, DEEP, share=row / 8)
        pen.polygon([*line, (width, height), (0, height)], fill=colour)


def _cogs(pen: ImageDraw.ImageDraw, width: int, height: int) -> None:
    for index, (x, y) in enumerate(_points(16, width, height)):
        radius = height * (0.07 + 0.05 * (index % 3))
        colour = (BLUE, TEAL, SKY, SUN)[index % 4]
        for tooth in range(12):
            angle = math.tau * tooth / 12
            tip_x, tip_y = x + radius * math.cos(angle), y + radius * math.sin(angle)
            _dot(pen, tip_x, tip_y, radius=radius * 0.16, fill=colour)
        _dot(pen, x, y, radius=radius, fill=colour)
        _dot(pen, x, y, radius=radius * 0.45, fill=NIGHT)


def _leaves(pen: ImageDraw.ImageDraw, width: int, height: int) -> None:
    for index, (x, y) in enumerate(_points(46, width, height)):
        length = height * (0.1 + 0.05 * (index % 3))
        angle = math.tau * (index * _GOLDEN % 1)
        side = [
            (length * t, length * 0.28 * math.sin(math.pi * t)) for t in (i / 12 for i in range(13))
        ]
        outline = [*side, *((along, -out) for along, out in reversed(side))]
        colour = _mixed(LEAF, TEAL, share=index % 5 / 4)
        cos, sin = math.cos(angle), math.sin(angle)
        turned = [(x + a * cos - b * sin, y + a * sin + b * cos) for a, b in outline]
        pen.polygon(turned, fill=colour)


def _tiles(pen: ImageDraw.ImageDraw, width: int, height: int) -> None:
    columns, rows = 16, 9
    edge = width / columns
    colours = (MIST, SKY, BLUE, DEEP, TEAL, SUN)
    for column in range(columns):
        for row in range(rows):
            left, top = column * edge, row * edge
            turn = (column * 7 + row * 5 + column * row) % 17
            box = (left, top, left + edge, top + edge)
            pen.rectangle(box, fill=colours[turn % 3 + 1])
            pen.pieslice(
                (left - edge, top - edge, left + edge, top + edge)
                if turn % 2
                else (left, top, left + 2 * edge, top + 2 * edge),
                0 if turn % 2 else 180,
                90 if turn % 2 else 270,
                fill=colours[(turn + row) % 6],
            )


_DRAWINGS: dict[str, tuple[Colour, Colour, Callable[[ImageDraw.ImageDraw, int, int], None]]] = {
    "network": (NIGHT, DEEP, _network),
    "waves": (MIST, SKY, _waves),
    "cogs": (NIGHT, BLUE, _cogs),
    "leaves": (MIST, (206, 230, 190), _leaves),
    "tiles": (DEEP, BLUE, _tiles),
}
