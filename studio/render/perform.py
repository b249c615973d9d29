"""How a delivery is performed, whatever the engine."""

from dataclasses import dataclass

from studio.engines.base import Engine, Line, Prepared, Samples, Word


@dataclass(frozen=True, slots=True)
class Performance:
    """A line as it sounds in the end.

    Attributes:
        samples: float32 mono [n], within ±1.
        sample_rate_hz: its rate.
        words: when each word is said; empty if the engine does not know.
        methods: how its deliveries were made, of `studio.render.line.METHODS` and in their order; empty for a plain
            neutral line.
        notes: sentences about what was asked for and could not be made.
    """

    samples: Samples
    sample_rate_hz: int
    words: tuple[Word, ...] = ()
    methods: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def perform(engine: Engine, line: Line, voice: Prepared) -> Performance:
    """Say a line with its deliveries.

    Raises:
        EngineError: the line cannot be said.
    """
    rendered = engine.synthesize(line, voice)
    return Performance(rendered.samples, rendered.sample_rate_hz, rendered.words)
