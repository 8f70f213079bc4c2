"""Pictures with enough pixels for print: grey diagrams and continuous tones."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

from tests.generator.dice import Dice

PPI = 300
MEASURE_MM = 115
"""A little more than the layout's measure, so that no picture is coarse."""


def draw(file: Path, dice: Dice, height_mm: int = 55) -> None:
    """A diagram of boxes and arrows, or a soft landscape, at 300 ppi for the whole measure."""
    width, height = (round(mm / 25.4 * PPI) for mm in (MEASURE_MM, height_mm))
    image = _landscape(width, height, dice) if dice.happens(40) else _boxes(width, height, dice)
    file.parent.mkdir(parents=True, exist_ok=True)
    image.save(file, dpi=(PPI, PPI))


def _boxes(width: int, height: int, dice: Dice) -> Image.Image:
    image = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(image)
    count = dice.between(3, 5)
    step = width // count
    middles = []
    for number in range(count):
        top = dice.between(10, height // 2)
        box = (number * step + 20, top, (number + 1) * step - 60, top + height // 3)
        pen.rectangle(box, outline=0, width=5, fill=dice.one_of((255, 235, 215)))
        middles.append(((box[0] + box[2]) // 2, (box[1] + box[3]) // 2))
    pen.line(middles, fill=90, width=4)
    return image


def _landscape(width: int, height: int, dice: Dice) -> Image.Image:
    image = Image.linear_gradient("L").resize((width, height))
    pen = ImageDraw.Draw(image)
    for tone in (150, 110, 70):
        points = [(0, height)]
        points += [
            (x, height - dice.between(height // 6, height // 2))
            for x in range(0, width + 1, width // 9)
        ]
        pen.polygon([*points, (width, height)], fill=tone)
    return image
