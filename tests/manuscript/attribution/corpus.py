"""Reads the labelled dialogue of tests/corpus/attribution and scores an attribution against it."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from studio.manuscript.attribution.speakers import Attribution
from studio.manuscript.attribution.speakers import Line as Found
from studio.manuscript.model import Block, BlockKind, Chapter, ChapterKind, Manuscript, Metadata

CORPUS = Path(__file__).parents[2] / "corpus" / "attribution"
LATER_ROUNDS = ("round-4", "round-5", "round-6", "round-7")
HELD_OUT_TEXT = "orchard"
HELD_OUT_CHAPTER = 8
NOVEL_CHAPTERS = (1, 2, 3, 8, 14)
NOBODY = "-"


@dataclass
class Labelled:
    """A book with its labels: the speakers of the spans of each labelled (chapter, block)."""

    name: str
    book: Manuscript
    labels: dict[tuple[int, int], list[str]]
    judged: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Judged:
    """A line with what it should be and what was found."""

    place: tuple[int, int]
    text: str
    gold: str
    found: str | None
    sure: bool
    right: bool
    confidence: float
    evidence: str


def read_text(path: Path) -> Labelled:
    """A labelled text of ours."""
    blocks: list[Block] = []
    labels: dict[tuple[int, int], list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("person: "):
            continue
        if line == "***":
            blocks.append(Block(BlockKind.SCENE_BREAK))
            continue
        label, found, text = line.partition(" | ")
        if found:
            labels[0, len(blocks)] = [name.strip() for name in label.split(";")]
        blocks.append(Block(BlockKind.PARAGRAPH, text if found else line))
    chapter = Chapter(path.stem, ChapterKind.CHAPTER, tuple(blocks))
    return Labelled(path.stem, Manuscript(Metadata(path.stem), (chapter,)), labels, {0})


def own_texts(folder: str = ".") -> list[Labelled]:
    """The labelled texts of ours in a folder: the top one, or that of a later round."""
    return [read_text(path) for path in sorted((CORPUS / folder).glob("*.txt"))]


def novel_labels(book: Manuscript) -> Labelled:
    """The labels of the novel, on the book as imported."""
    spoken = [index for index, chapter in enumerate(book.chapters) if not chapter.skipped]
    labels: dict[tuple[int, int], list[str]] = {}
    for line in (CORPUS / "love-among-the-chickens.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        chapter, paragraph, speaker = line.split("\t")
        labels[spoken[int(chapter) - 1], int(paragraph)] = [speaker]
    return Labelled("love-among-the-chickens", book, labels, {place[0] for place in labels})


def judge(labelled: Labelled, attribution: Attribution) -> list[Judged]:
    """Compare an attribution with the labels: one verdict for what one person says in one paragraph."""
    by_place: defaultdict[tuple[int, int], list[Found]] = defaultdict(list)
    for line in attribution.lines:
        if line.chapter in labelled.judged:
            by_place[line.chapter, line.block].append(line)
    role_of = _roles(labelled, by_place)
    verdicts = []
    for place in sorted(labelled.labels.keys() | by_place.keys()):
        gold, found = labelled.labels.get(place, [NOBODY]), by_place[place]
        if not found:
            if gold != [NOBODY]:
                verdicts.append(Judged(place, "", gold[0], None, False, False, 0.0, "no speech was seen"))
            continue
        for name in dict.fromkeys(gold):
            own = found if len(gold) == 1 else [f for f, g in zip(found, gold, strict=False) if g == name]
            names = {line.speaker for line in own}
            right = len(names) == 1 and next(iter(names)) == role_of.get(name, name) and name != NOBODY
            least = min(own, key=lambda line: line.confidence)
            verdicts.append(
                Judged(place, own[0].text, name, least.speaker, least.sure, right, least.confidence, least.evidence)
            )
    return verdicts


def _roles(labelled: Labelled, by_place: dict[tuple[int, int], list[Found]]) -> dict[str, str | None]:
    """The one role of each person: the role most of his lines came out under, no role being two people's."""
    counts: Counter[tuple[str, str]] = Counter()
    for place, gold in labelled.labels.items():
        for index, line in enumerate(by_place.get(place, ())):
            name = gold[min(index, len(gold) - 1)]
            if line.speaker is not None and name != NOBODY:
                counts[name, line.speaker] += 1
    roles: dict[str, str | None] = {}
    for (name, role), _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if name not in roles and role not in roles.values():
            roles[name] = role
    return roles
