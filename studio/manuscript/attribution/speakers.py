"""Who speaks each line of a book, how sure that is, and why."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from studio.manuscript.attribution.aliases import find_aliases, find_present
from studio.manuscript.attribution.cues import Cue, CueKind, Span, read_spans
from studio.manuscript.attribution.decode import presence, speakers
from studio.manuscript.attribution.grouping import find_people
from studio.manuscript.attribution.habits import Habits
from studio.manuscript.attribution.harvest import Harvest
from studio.manuscript.attribution.manner import Suggestion, suggest
from studio.manuscript.attribution.names import unquoted
from studio.manuscript.attribution.people import People, Person
from studio.manuscript.attribution.quotes import Speech, find_speech, outer_mark
from studio.manuscript.attribution.reasons import reason
from studio.manuscript.attribution.scenes import surroundings_of
from studio.manuscript.attribution.turns import STRANGER, TELLING, Turn, build_turns
from studio.manuscript.attribution.twins import find_meant, find_twins
from studio.manuscript.attribution.weighing import doubtful, weigh
from studio.manuscript.attribution.words import NAMELESS
from studio.manuscript.model import IN_SCENE, Block, BlockKind, Manuscript
from studio.manuscript.tags import plain_text

SURE = 0.95
"""Confidence from which a line is called sure; how many of such lines are right: docs/attribution.md."""
_FIRST_PERSON_WORDS = 150
_HIGHEST = 0.999
_GUESSED = 0.9
_KNOWN = 30.0
"""What it counts that somebody told who speaks: more than all cues of a turn together."""
_ALIAS_ROUNDS = 2


@dataclass(frozen=True, slots=True)
class Line:
    """A span of speech and who says it.

    Attributes:
        chapter: index of the chapter in the book.
        block: index of its block.
        start: offset in the block's words without tags (`plain_text`), with the quotation mark.
        end: offset after it.
        text: the words there.
        speaker: name of the role; None if nobody fits.
        confidence: 0 to 1.
        evidence: why, in words.
        suggestion: how it is said, where the narration tells; to be accepted or not by a person.
    """

    chapter: int
    block: int
    start: int
    end: int
    text: str
    speaker: str | None
    confidence: float
    evidence: str
    suggestion: Suggestion | None = None

    @property
    def sure(self) -> bool:
        """Whether it needs no review."""
        return self.speaker is not None and self.confidence >= SURE


@dataclass(frozen=True, slots=True)
class Attribution:
    """All lines of a book in reading order, and the people who may speak them."""

    lines: tuple[Line, ...]
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A stretch of a block whose speaker somebody has told: where, as for `Line`, and the name of the role."""

    chapter: int
    block: int
    start: int
    end: int
    speaker: str


@dataclass(slots=True)
class _Scene:
    """A chapter on its way: texts (empty for breaks), spans, who is known to say some of them, turns."""

    chapter: int
    texts: list[str]
    spans: list[Span]
    known: dict[int, str] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)
    narration: list[str] = field(default_factory=list)
    meant: dict[str, int] = field(default_factory=dict)


def attribute(book: Manuscript, known: Iterable[Known] = ()) -> Attribution:
    """Tell who speaks in a book.

    Blocks that have a role already (a script's) are left to it. Chapters that are skipped are not read. The same book
    always gives the same lines.

    Args:
        book: to read.
        known: what somebody has told about some lines: it tells about those around them too.
    """
    told: defaultdict[tuple[int, int], list[Known]] = defaultdict(list)
    for each in known:
        told[each.chapter, each.block].append(each)
    texts = {
        index: [_words(block) for block in chapter.blocks]
        for index, chapter in enumerate(book.chapters)
        if not chapter.skipped
    }
    outer = outer_mark([text for own in texts.values() for text in own if text])
    scenes = []
    for index, own in texts.items():
        speeches = find_speech(own, outer)
        kinds = book.chapters[index].blocks
        speeches = tuple(speech for speech in speeches if kinds[speech.paragraph].kind in IN_SCENE)
        spans = read_spans(own, speeches)
        scenes.append(_Scene(index, own, spans, _known(index, spans, told) if told else {}))
    people = _people(scenes)
    chances = _decoded(scenes, people, Habits())
    for _ in range(_ALIAS_ROUNDS):
        aliases = find_aliases(_talks(scenes, chances), people)
        if not aliases:
            break
        people = people.merged(aliases)
        chances = _decoded(scenes, people, Habits())
    present = find_present(people)
    if present:
        people = people.with_present(present)
        chances = _decoded(scenes, people, Habits())
    twins = find_twins(_talks(scenes, chances), [text for scene in scenes for text in scene.narration], people)
    if twins:
        people = people.merged(twins, guessed=True)
        chances = _decoded(scenes, people, Habits())
    for scene, talk in zip(scenes, _talks(scenes, chances), strict=True):
        scene.meant = find_meant(talk, scene.texts, scene.narration, people)
    chances = _decoded(scenes, people, Habits(), chances)
    habits = Habits.learned(
        [(turn.text, share) for turns, own in _talks(scenes, chances) for turn, share in zip(turns, own, strict=True)]
    )
    chances = _decoded(scenes, people, habits, chances)
    lines = [
        line
        for scene, own in zip(scenes, chances, strict=True)
        for line in _lines(scene, own, people.meaning(scene.meant))
    ]
    return Attribution(tuple(lines), people.persons)


def _known(chapter: int, spans: Sequence[Span], told: Mapping[tuple[int, int], Sequence[Known]]) -> dict[int, str]:
    """Who is known to say which spans of a chapter, by index."""
    return {
        index: each.speaker
        for index, span in enumerate(spans)
        for each in told.get((chapter, span.speech.paragraph), ())
        if each.start < span.speech.end and span.speech.start < each.end
    }


def _talks(
    scenes: Sequence[_Scene], chances: Sequence[Sequence[dict[int, float]]]
) -> list[tuple[Sequence[Turn], Sequence[dict[int, float]]]]:
    return [(scene.turns, own) for scene, own in zip(scenes, chances, strict=True)]


def _words(block: Block) -> str:
    """Text of a block; empty for breaks and for what has a role."""
    return "" if block.role or block.kind in {BlockKind.SCENE_BREAK, BlockKind.HEADING} else plain_text(block.text)


def narration_of(text: str, speeches: Sequence[Speech]) -> str:
    """What is left of a paragraph without its speech."""
    pieces, position = [], 0
    for speech in speeches:
        pieces.append(text[position : speech.start])
        position = speech.end
    return " ".join([*pieces, text[position:]]).strip()


def _people(scenes: Sequence[_Scene]) -> People:
    harvest = Harvest()
    speech: list[str] = []
    first = words = 0
    for scene in scenes:
        by_paragraph: defaultdict[int, list[Speech]] = defaultdict(list)
        for span in scene.spans:
            by_paragraph[span.speech.paragraph].append(span.speech)
            speech.append(span.text)
            for cue in span.cues:
                if cue.kind in TELLING or (
                    cue.kind is not CueKind.LEAD_IN and (cue.subject.own in {"a", "an"} or _acts_beside(cue))
                ):
                    harvest.add_tag(cue.subject)
        said: defaultdict[int, list[str]] = defaultdict(list)
        for span in scene.spans:
            said[span.speech.paragraph].append(unquoted(span.text))
        for own in said.values():
            harvest.add_speech(" ".join(own))
        for index, text in enumerate(scene.texts):
            told = narration_of(text, by_paragraph[index])
            if told:
                harvest.add_narration(told)
                scene.narration.append(told)
                split = told.split()
                words += len(split)
                first += split.count("I")
    first_person = first > 1 and first * _FIRST_PERSON_WORDS >= words
    narration = [text for scene in scenes for text in scene.narration]
    return find_people(harvest, narration, speech, first_person=first_person)


def _acts_beside(cue: Cue) -> bool:
    """Whether somebody with no more than a noun of his own acts in the paragraph of a line."""
    beat = cue.kind in {CueKind.BEAT_BEFORE, CueKind.BEAT_AFTER}
    return beat and cue.subject.own == "the" and cue.subject.head not in NAMELESS


def _decoded(
    scenes: Sequence[_Scene], people: People, habits: Habits, before: Sequence[Sequence[dict[int, float]]] = ()
) -> list[list[dict[int, float]]]:
    unshown = {index for index, person in enumerate(people.persons) if person.unshown}
    able = [index for index, person in enumerate(people.persons) if person.seen]
    chances = []
    for index, scene in enumerate(scenes):
        view = people.meaning(scene.meant)
        scene.turns = build_turns(scene.texts, scene.spans, view)
        weigh(scene.turns, view)
        habits.weigh(scene.turns)
        _weigh_known(scene, view)
        around = surroundings_of(scene.turns, scene.spans, scene.texts, view)
        known = before[index] if before and unshown else ()
        likely = [{who: share for who, share in own.items() if who in unshown} for own in known]
        near = presence(scene.turns, around, able, likely)
        chances.append(speakers(scene.turns, near, people))
    return chances


def _weigh_known(scene: _Scene, people: People) -> None:
    """Let what somebody told outweigh all else; who is not one of the people is a stranger."""
    for turn in scene.turns if scene.known else ():
        for number in turn.spans:
            if number in scene.known:
                who = people.named(scene.known[number])
                turn.told[who if who is not None and people.persons[who].seen else STRANGER] += _KNOWN


def _lines(scene: _Scene, chances: Sequence[dict[int, float]], people: People) -> list[Line]:
    best = [max(own, key=lambda who: own[who]) for own in chances]
    lines = []
    for index, turn in enumerate(scene.turns):
        who = best[index]
        speaker = None if who == STRANGER else people.persons[who].name
        confidence = round(
            min(chances[index][who], _GUESSED if doubtful(scene.turns, best, index, people) else _HIGHEST), 3
        )
        why = reason(scene.turns, best, index, people)
        for number in turn.spans:
            span = scene.spans[number]
            speech = span.speech
            lines.append(Line(scene.chapter, speech.paragraph, speech.start, speech.end, span.text, speaker, confidence,
                              why, suggest(span.cues)))  # fmt: skip
    return lines
