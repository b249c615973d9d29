"""From tagged text to the runs of a line: spoken form, deliveries in figures, pauses and events in their places."""

from dataclasses import dataclass, replace
from functools import lru_cache

from studio.engines.base import Run
from studio.manuscript.delivery import NEUTRAL, Delivery, prosody_of
from studio.manuscript.tags import Event, Part, Rest, Words, read_tags
from studio.spoken.form import spoken_form

_said = lru_cache(maxsize=50_000)(spoken_form)  # a novel has some 5 000 segments, and a page shows it again and again


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A segment as it will be said.

    Attributes:
        runs: what is said and how, their levels against the line's own.
        words: the words as written, without tags.
        level_db: level of the line against neutral lines: that of its longest run.
        pause_scale: factor on the pause after it.
        rest_s: pause that a tag at its end asks for; None without one.
        problems: sentences about tags that mean nothing, which are left out.
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
) -> SpokenLine:
    """Make of a segment what is given to an engine.

    Args:
        text: tagged text.
        language: BCP 47 tag.
        delivery: in force where it begins.
        heading: the text announces a chapter.
        off: classes of rules of the spoken form that are not applied.
    """
    tagged = read_tags(text, delivery)
    parts = list(tagged.parts)
    rest_s = 0.0
    while parts and isinstance(parts[-1], Rest):
        rest_s += parts.pop().seconds  # type: ignore[union-attr]
    runs = _runs(parts, language, heading=heading, off=off)
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
        problems=tuple(problem.message for problem in tagged.problems),
    )


def _runs(parts: list[Part], language: str, *, heading: bool, off: frozenset[str]) -> list[Run]:
    runs: list[Run] = []
    for part in parts:
        match part:
            case Words(text, delivery):
                said = _said(text, language, heading=heading, off=off)
                if any(character.isalnum() for character in said) or not runs:
                    runs.append(Run(said, delivery, prosody_of(delivery)))
                else:  # only marks: they close what stands before
                    runs[-1] = replace(runs[-1], text=f"{runs[-1].text}{said}")
            case Event(name) if runs and not runs[-1].event and not runs[-1].rest_s:
                runs[-1] = replace(runs[-1], event=name)
            case Event(name):
                runs.append(Run("", event=name))
            case Rest(seconds) if runs:
                runs[-1] = replace(runs[-1], rest_s=runs[-1].rest_s + seconds)
            case Rest(seconds):
                runs.append(Run("", rest_s=seconds))
    return runs
