"""English sentences that look like those of a technical manual."""

from __future__ import annotations

from tests.generator.dice import Dice, listed

PARTS = listed(
    "scheduler|message queue|connection pool|write-ahead log|garbage collector|type checker"
    "|load balancer|configuration file|request handler|page cache|service registry|file watcher"
    "|retry policy|rate limiter|index builder|event loop|serializer|health check|lock manager"
)
VERBS = listed(
    "reads|rejects|forwards|validates|compresses|replicates|schedules|acknowledges|overwrites"
    "|normalizes|invalidates|reconstructs|serializes|initializes|deduplicates|persists"
)
OBJECTS = listed(
    "incoming requests|stale entries|the remaining bytes|every pending transaction"
    "|partially written segments|the oldest snapshot|duplicated identifiers|unauthenticated calls"
    "|a bounded number of messages|the configuration of its neighbours|out-of-order events"
)
CONDITIONS = listed(
    "when the disk is full|unless a deadline is given|after the first failure"
    "|before the next heartbeat|while other readers hold the lock|if the checksum differs"
    "|as soon as a quorum answers|even though nobody asked for it|until the buffer is drained"
)
QUALITIES = listed(
    "idempotent|lock-free|backward-compatible|deterministic|eventually consistent|append-only"
    "|fault-tolerant|memory-bound|thread-safe|well understood|surprisingly expensive"
)
LINKS = listed("In practice|As a consequence|By default|In contrast|Most of the time|Internally")
NAMES = listed("flush_interval|max_retries|segment_size|read_timeout|worker_count|log_level")
COMMANDS = listed("status|compact --all|export --format=json|verify --deep|drain --timeout=30")


def clause(dice: Dice) -> str:
    """A part does something to something."""
    return f"the {dice.one_of(PARTS)} {dice.one_of(VERBS)} {dice.one_of(OBJECTS)}"


def sentence(dice: Dice) -> str:
    """One sentence of running text, as an author types it."""
    say, part, name = clause(dice), dice.one_of(PARTS), dice.one_of(NAMES)
    patterns = (
        f"{say} {dice.one_of(CONDITIONS)}.",
        f"{dice.one_of(LINKS)}, {say}.",
        f"the setting `{name}` defaults to {dice.between(2, 900)}, so {say}.",
        f"since version {dice.between(1, 9)}.{dice.between(0, 20)}, {say} "
        f"{dice.one_of(CONDITIONS)}; the {part} does not.",
        f"run `ctl {dice.one_of(COMMANDS)}` to see whether {say}.",
        f"an operation is *{dice.one_of(QUALITIES)}* only if {say} and the {part} agrees.",
        f"between {dice.between(2, 9)} and {dice.between(10, 64)} threads are enough --- beyond "
        f"that, {say}.",
        f'"{say}," says the documentation, "{dice.one_of(CONDITIONS)}."',
        f"**do not** rely on the {part}: {say}.",
        f"latency grew from {dice.between(2, 40)} ms to {dice.between(50, 900)} ms "
        f"{dice.one_of(CONDITIONS)}.",
    )
    text = dice.one_of(patterns)
    start = next(index for index, char in enumerate(text) if char.isalpha())
    return text[:start] + text[start].upper() + text[start + 1 :]


def title(dice: Dice) -> str:
    """A heading of a few words."""
    part = dice.one_of(PARTS)
    text = dice.one_of(
        (
            f"the {part}",
            f"tuning the {part}",
            f"how the {part} {dice.one_of(VERBS)} {dice.one_of(OBJECTS)}",
            f"why the {part} must be {dice.one_of(QUALITIES)}",
            f"{part} and {dice.one_of(PARTS)}",
        )
    )
    return text[0].upper() + text[1:]
