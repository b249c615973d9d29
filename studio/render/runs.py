"""From tagged text to the runs of a line: spoken form, deliveries in figures, pauses and events in their places."""

from dataclasses import dataclass, replace

from studio.engines.base import Run
from studio.manuscript.delivery import NEUTRAL, Delivery, prosody_of
from studio.manuscript.parts import stretches
from studio.manuscript.tags import Event, Part, Rest, Words, read_tags
from studio.render.pronouncing import Speaking, wording


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A segment as it will be said.

    Attributes:
        runs: what is said and how, their levels against the line's own.
        words: the words as written, without tags.
        level_db: level of the line against neutral lines: that of its longest run.
        pause_scale: factor on the pause after it.
        rest_s: pause that a tag at its end asks for; None without one.
        problems: sentences about tags that mean nothing, which are left out, and what the voice cannot say.
    """

    runs: tuple[Run, ...]
    words: str
    level_db: float
    pause_scale: float
    rest_s: float | None
    problems: tuple[str, ...]


def spoken_line(
    text: str,
    language: str,
    *,
    delivery: Delivery = NEUTRAL,
    heading: bool = False,
    off: frozenset[str] = frozenset(),
    speaking: Speaking | None = None,
) -> SpokenLine:
    """Make of a segment what is given to an engine.

    Args:
        text: tagged text.
        language: BCP 47 tag.
        delivery: in force where it begins.
        heading: the text announces a chapter.
        off: classes of rules of the spoken form that are not applied.
        speaking: who speaks, with the lexicon that holds; None where nobody does yet.
    """
    tagged = read_tags(text, delivery)
    parts = list(tagged.parts)
    rest_s = 0.0
    while parts and isinstance(parts[-1], Rest):
        rest_s += parts.pop().seconds  # type: ignore[union-attr]
    runs, unsayable = _runs(parts, language, speaking, heading=heading, off=off)
    longest = max(runs, key=lambda run: len(run.text), default=Run(""))
    level_db = longest.prosody.level_db
    return SpokenLine(
        runs=tuple(
            replace(run, prosody=replace(run.prosody, level_db=round(run.prosody.level_db - level_db, 4) + 0.0))
            for run in runs
        ),
        words=tagged.text,
        level_db=level_db,
        pause_scale=runs[-1].prosody.pause_scale if runs else 1.0,
        rest_s=rest_s or None,
        problems=(*(problem.message for problem in tagged.problems), *unsayable),
    )


def _runs(
    parts: list[Part], language: str, speaking: Speaking | None, *, heading: bool, off: frozenset[str]
) -> tuple[list[Run], list[str]]:
    runs: list[Run] = []
    problems: list[str] = []
    for stretch in stretches(parts):
        match stretch[0]:
            case Words(_, delivery):
                words = [part for part in stretch if isinstance(part, Words)]
                said = wording(words, language, speaking, heading=heading, off=off)
                problems += said.problems
                if any(character.isalnum() for character in said.text) or not runs:
                    runs.append(Run(said.text, delivery, prosody_of(delivery), sounds=said.sounds))
                else:  # only marks: they close what stands before
                    runs[-1] = replace(runs[-1], text=f"{runs[-1].text}{said.text}")
            case Event(name) if runs and not runs[-1].event and not runs[-1].rest_s:
                runs[-1] = replace(runs[-1], event=name)
            case Event(name):
                runs.append(Run("", event=name))
            case Rest(seconds) if runs:
                runs[-1] = replace(runs[-1], rest_s=runs[-1].rest_s + seconds)
            case Rest(seconds):
                runs.append(Run("", rest_s=seconds))
    return runs, problems
