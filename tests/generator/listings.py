"""Code in several languages, some of its lines longer than any page."""

from __future__ import annotations

from collections.abc import Callable

from tests.generator.dice import Dice
from tests.generator.english import NAMES, PARTS, clause

Listing = list[str]


def listing(dice: Dice) -> tuple[str, Listing]:
    """A language that Pygments knows, and lines in it."""
    language, write = dice.one_of(_LANGUAGES)
    lines: Listing = []
    for number in range(dice.between(1, 5)):
        lines += [*write(dice, number), ""]
    return language, lines[:-1]


def _name(dice: Dice) -> str:
    return dice.one_of(PARTS).replace(" ", "_").replace("-", "_")


def _python(dice: Dice, number: int) -> Listing:
    name, value = _name(dice), dice.one_of(NAMES)
    lines = [
        f"def {name}_{number}({value}, limit={dice.between(2, 99)}):",
        f'    """{clause(dice).capitalize()}."""',
        f"    for item in range({value}):  # {clause(dice)}",
        f"        if item % {dice.between(2, 9)} == 0 and item < limit:",
        f"            yield item * {dice.between(2, 500)}",
    ]
    if dice.happens(40):
        lines.append(
            f"    return compute_the_{name}(first_argument={value}, second_argument=limit ** 2, "
            f'message="{clause(dice)}", retries={dice.between(1, 9)})'
        )
    return lines


def _c(dice: Dice, number: int) -> Listing:
    name = _name(dice)
    return [
        f"/* {clause(dice)} */",
        f"static int {name}_{number}(const char *buffer, size_t length)",
        "{",
        "    for (size_t i = 0; i < length; i++) {",
        f"        if (buffer[i] == 0x{dice.between(16, 255):02x})",
        f"            return -{dice.between(1, 40)};",
        "    }",
        "    return 0;",
        "}",
    ]


def _bash(dice: Dice, number: int) -> Listing:
    url = f"https://registry.example/{'/'.join(dice.some_of(NAMES, 4))}/archive-{number}.tar.gz"
    return [
        f"# {clause(dice)}",
        f'for host in node{{1..{dice.between(2, 9)}}}; do ssh "$host" systemctl restart '
        f"{_name(dice)} --no-block; done",
        f"curl --fail --silent --output /var/cache/{_name(dice)}.tar.gz {url}",
    ]


def _json(dice: Dice, number: int) -> Listing:
    pairs = [f'  "{name}": {dice.between(1, 9000)},' for name in dice.some_of(NAMES, 4)]
    token = "".join(f"{dice.throw():016x}" for _ in range(6))
    return ["{", *pairs, f'  "token": "{token}"', "}"]


def _sql(dice: Dice, number: int) -> Listing:
    name = _name(dice)
    return [
        f"SELECT {', '.join(dice.some_of(NAMES, 4))}",
        f"  FROM {name} AS t JOIN events AS e ON e.id = t.event_id  -- {clause(dice)}",
        f" WHERE t.created > '20{dice.between(10, 24)}-0{dice.between(1, 9)}-01'",
        f" ORDER BY {dice.one_of(NAMES)} DESC LIMIT {dice.between(5, 500)};",
    ]


def _toml(dice: Dice, number: int) -> Listing:
    names = dice.some_of(NAMES, 4)
    return [f"[{_name(dice)}]", *(f"{name} = {dice.between(1, 5000)}" for name in names)]


def _text(dice: Dice, number: int) -> Listing:
    stamp = f"2026-01-{dice.between(10, 28)}T0{dice.between(0, 9)}:00:00Z"
    return [f"{stamp} WARN {_name(dice)}: {clause(dice)}; {clause(dice)}"]


_LANGUAGES: tuple[tuple[str, Callable[[Dice, int], Listing]], ...] = (
    ("python", _python), ("c", _c), ("bash", _bash), ("json", _json), ("sql", _sql),
    ("toml", _toml), ("text", _text),
)  # fmt: skip
