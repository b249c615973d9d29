"""The text side of Viva Voce beside that of its open peers, on our own corpora.

    python benchmarks/peers.py [--cache FOLDER] [--novel BOOK.epub] [--part spoken|classes|structure|speakers]

Each peer is installed from PyPI, at a pinned version, into an environment of its own in the cache folder (by default
~/.cache/vivavoce-peers; 1.5 GB), never into the project's; there its own functions run in a process of their own. Some
of what they need is under the AGPL or LGPL. A peer that cannot be installed is named with the reason. What is measured,
and how, is in docs/peers.md.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import unicodedata
import venv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.spoken_form import CORPUS, pairs, regression  # noqa: E402
from studio.importers.registry import import_manuscript  # noqa: E402
from studio.manuscript.attribution.speakers import Attribution, Line, attribute  # noqa: E402
from studio.manuscript.model import Manuscript  # noqa: E402
from studio.manuscript.tags import plain_text  # noqa: E402
from studio.spoken.form import spoken_form  # noqa: E402
from tests.importers.structure_corpus import Case, cases  # noqa: E402
from tests.manuscript.attribution.corpus import (  # noqa: E402
    HELD_OUT_CHAPTER,
    HELD_OUT_TEXT,
    LATER_ROUNDS,
    NOBODY,
    NOVEL_CHAPTERS,
    Judged,
    Labelled,
    judge,
    novel_labels,
    own_texts,
)

RUNNERS = Path(__file__).parent / "peers"
Pair = tuple[str, str, str, str]
ROUND = re.compile(r"-(\d)-(?:gb|us)-")  # in the id of a pair: "years-2-gb-01"


@dataclass(frozen=True)
class Peer:
    """A peer, what is installed of it, and what it is asked.

    Attributes:
        name: its name on PyPI; its runner is run_NAME.py, with underscores.
        needs: pinned packages, installed with what they need.
        alone: pinned packages, installed without what they ask for: models, torch or a window system.
        tasks: what its runner answers.
        ways: settings its spoken form is measured with.
        formats: suffixes of the books it reads.
    """

    name: str
    needs: tuple[str, ...]
    alone: tuple[str, ...] = ()
    tasks: frozenset[str] = frozenset({"spoken"})
    ways: tuple[str, ...] = ("",)
    formats: frozenset[str] = frozenset()


ALL_TASKS = frozenset({"spoken", "structure", "speakers"})
PEERS = (
    Peer(
        "nemo-text-processing",
        alone=("nemo-text-processing==1.2.0",),
        needs=(
            "pynini==2.1.6.post1",
            "cdifflib==1.2.9",
            "cloudpickle==3.1.2",
            "editdistance==0.8.1",
            "inflect==7.6.0",
            "joblib==1.6.0",
            "pandas==3.1.1",
            "regex==2026.11.15",
            "sacremoses==0.2.0",
            "tqdm==4.70.1",
            "wrapt==2.5.2",
        ),
    ),
    Peer("wetext", needs=("wetext==0.1.8",)),
    Peer(
        "abogen",
        alone=("abogen==1.3.1",),
        needs=(
            "beautifulsoup4==4.15.0",
            "chardet==7.7.0",
            "charset-normalizer==3.5.2",
            "ebooklib==0.20",
            "httpx==0.28.1",
            "markdown==3.11.3",
            "num2words==0.5.14",
            "platformdirs==4.14.7",
            "pymupdf==1.28.2",
            "python-dotenv==1.2.4",
            "spacy==3.8.18",
        ),
        tasks=ALL_TASKS,
        ways=("", "contractions kept"),
        formats=frozenset({".epub", ".md", ".txt"}),
    ),
    Peer(
        "audiobooker-ai",
        needs=("audiobooker-ai==3.0.0",),
        tasks=ALL_TASKS,
        formats=frozenset({".epub", ".md", ".txt"}),
    ),
    Peer(
        "kenkui",
        alone=("kenkui==10.2.0", "pocket-tts==2.1.0"),
        needs=("defusedxml==0.7.1", "packaging==26.3", "pyyaml==6.0.3"),
        tasks=frozenset({"spoken", "structure"}),
        ways=("conservative", "aggressive"),
        formats=frozenset({".epub"}),
    ),
    Peer("num2words", needs=("num2words==0.5.14",)),
)


class NotInstalledError(Exception):
    """A peer could not be installed; says why."""


@dataclass
class Installed:
    """A peer in its environment.

    Attributes:
        peer: what it is.
        python: its interpreter.
        home: its home folder, so that settings of this machine's user are not read.
        took_s: wall seconds its functions took, by task, without its start.
    """

    peer: Peer
    python: Path
    home: Path
    took_s: Counter[str] = field(default_factory=Counter)

    def answers(self, requests: Sequence[dict[str, Any]], language: str = "en-GB") -> Iterator[dict[str, Any]]:
        """Its answer to each request, in order; a peer that ends early answers the rest with an error."""
        runner = RUNNERS / f"run_{self.peer.name.replace('-', '_')}.py"
        locale = f"{language.replace('-', '_')}.UTF-8"
        run = subprocess.run(
            [self.python, runner],
            input="".join(json.dumps(request) + "\n" for request in requests),
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "HOME": str(self.home), "LANG": locale, "LC_ALL": locale, "PYTHONUTF8": "1"},
        )
        lines = [line for line in run.stdout.splitlines() if line.startswith("{")]  # some greet us when imported
        ended = {"error": (run.stderr.strip().splitlines() or ["ended early"])[-1], "took_s": 0.0}
        for index, request in enumerate(requests):
            answer = json.loads(lines[index]) if index < len(lines) else ended
            self.took_s[request["task"]] += answer["took_s"]
            yield answer


def install(peer: Peer, cache: Path) -> Installed:
    """Install a peer if it is not there at these versions.

    Raises:
        NotInstalledError: pip refused.
    """
    folder = cache / "venvs" / peer.name
    python, stamp = folder / "bin" / "python", folder / "installed.txt"
    wanted = "\n".join((*peer.alone, *peer.needs))
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        venv.create(folder, clear=True, with_pip=True)
        for packages, flags in ((peer.alone, ["--no-deps"]), (peer.needs, [])):
            command = [python, "-m", "pip", "install", "--quiet", *flags, *packages]
            run = subprocess.run(command, capture_output=True, text=True, check=False) if packages else None
            if run and run.returncode:
                raise NotInstalledError(run.stderr.strip().splitlines()[-1])
        stamp.write_text(wanted, encoding="utf-8")
    home = cache / "home"
    home.mkdir(exist_ok=True)
    return Installed(peer, python, home)


# The spoken form


def letters(text: str, *, but: frozenset[str] = frozenset()) -> str:
    """Letters and digits only, case ignored, words of `but` left out."""
    words = re.findall(r"[^\W_]+", text.casefold())
    return "".join(word for word in words if word not in but)


MEASURES: dict[str, Callable[[str], str]] = {
    "exact": str,
    "letters": letters,
    "without and": partial(letters, but=frozenset({"and"})),
}


def said_by(peer: Installed, way: str, rows: Sequence[Pair]) -> list[str]:
    """What a peer makes of each pair; the text as written where it fails, as a caller would leave it."""
    said = [row[2] for row in rows]
    errors = Counter[str]()
    for language in dict.fromkeys(row[0] for row in rows):
        places = [index for index, row in enumerate(rows) if row[0] == language]
        requests = [{"task": "spoken", "way": way, "text": rows[index][2]} for index in places]
        for index, answer in zip(places, peer.answers(requests, language), strict=True):
            said[index] = answer.get("answer", said[index])
            errors.update([answer["error"]] if "error" in answer else [])
    if errors:
        print(f"{named(peer, way)} fails on {errors.total()} of {len(rows)} texts: {'; '.join(errors)}")
    return said


def every_spoken(peers: Sequence[Installed]) -> tuple[dict[str, list[Pair]], dict[str, dict[str, list[str]]]]:
    """The sets of pairs, and what each way of saying makes of them, by its name and by set."""
    sets = spoken_sets()
    rows = [row for each in sets.values() for row in each]
    started = time.perf_counter()
    said = {"Viva Voce": [spoken_form(row[2], row[0]) for row in rows]}
    took_ms = {"Viva Voce": (time.perf_counter() - started) * 1000 / len(rows)}
    for peer in peers:
        for way in peer.peer.ways:
            name = named(peer, way)
            peer.took_s.clear()
            said[name] = said_by(peer, way, rows)
            took_ms[name] = peer.took_s["spoken"] * 1000 / len(rows)
    said["text as written"] = [row[2] for row in rows]
    print("Time of a pair in ms, without start: " + ", ".join(f"{name} {ms:.2f}" for name, ms in took_ms.items()))
    return sets, {name: dict(zip(sets, cut(each, map(len, sets.values())), strict=True)) for name, each in said.items()}


def spoken_sets() -> dict[str, list[Pair]]:
    """The English pairs by the round they were written in, and the examples written with the rules in mind."""
    sets: dict[str, list[Pair]] = {}
    lines = (CORPUS / "spoken" / "english.tsv").read_text(encoding="utf-8").splitlines()[1:]
    for line, row in zip(lines, pairs("english"), strict=True):
        later = ROUND.search(line.partition("\t")[0])
        sets.setdefault(f"round {later[1] if later else 1}", []).append(row)
    return {**sets, "decided examples": regression()}


def cut(texts: Sequence[str], lengths: Iterable[int]) -> Iterator[Sequence[str]]:
    """Stretches of a list, by their lengths."""
    start = 0
    for length in lengths:
        yield texts[start : start + length]
        start += length


def named(peer: Installed, way: str) -> str:
    return f"{peer.peer.name}, {way}" if way else peer.peer.name


def spoken_table(peers: Sequence[Installed], *, classes: bool) -> None:
    """Print the scores of each set, and by class those of letters and digits in the best way of each peer."""
    sets, said = every_spoken(peers)
    rounds = [name for name in sets if name.startswith("round")]
    in_rounds = [row for name in rounds for row in sets[name]]
    for own in said.values():
        own["all rounds"] = [text for name in rounds for text in own[name]]
    for name, rows in (("all rounds", in_rounds), *sets.items()):
        print(f"\nSpoken form, {name}: {len(rows)} pairs\n")
        table(("", *MEASURES), [(who, *scores(rows, own[name])) for who, own in said.items()])
    if classes:
        shown = ("Viva Voce", *(named(peer, peer.peer.ways[-1]) for peer in peers), "text as written")
        counts = {who: right_by_class(in_rounds, said[who]["all rounds"]) for who in shown}
        every = Counter(row[1] for row in in_rounds)
        print("\nLetters and digits, by class of all rounds\n")
        body = [(f"{topic} ({every[topic]})", *(str(counts[who][topic]) for who in shown)) for topic in sorted(every)]
        table(("", *shown), body)
    print("\nPairs that a peer has right, by letters and digits, and we have not\n")
    for place, row in enumerate(in_rounds):
        right = [who for who, own in said.items() if letters(own["all rounds"][place]) == letters(row[3])]
        if right and "Viva Voce" not in right:
            print(f"{row[0]}: {row[2]!r}, not {said['Viva Voce']['all rounds'][place]!r}: {', '.join(right)}")


def scores(rows: Sequence[Pair], said: Sequence[str]) -> list[str]:
    count = len(rows)
    right = [
        sum(form(row[3]) == form(text) for row, text in zip(rows, said, strict=True)) for form in MEASURES.values()
    ]
    return [f"{each} ({each / count:.1%})" for each in right]


def right_by_class(rows: Sequence[Pair], said: Sequence[str]) -> Counter[str]:
    return Counter(row[1] for row, text in zip(rows, said, strict=True) if letters(row[3]) == letters(text))


# The structure of books


@dataclass(frozen=True)
class Division:
    """What should become of a division of a case.

    Attributes:
        titles: the forms of its title that are right.
        bodies: the forms of its words that are right, without the title.
        needed: whether a peer must have it; not so for pages that we skip, and for those of a title alone.
        headed: whether the book gives it a title at all.
    """

    titles: tuple[str, ...]
    bodies: tuple[str, ...]
    needed: bool
    headed: bool

    def names(self, title: str, text: str) -> bool:
        """Whether a title is its own; any is, where the book has none, or for a page that holds nothing else."""
        anything = self.needed and not self.headed
        return anything or title in self.titles or (not self.needed and words(text) in self.titles)


def words(text: str) -> str:
    """Words of a text, case and marks ignored; m² is m2."""
    return " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold()))


def divisions(outline: str) -> list[Division]:
    """The divisions of an outline as tests/importers/structure_corpus.py writes it."""
    found: list[tuple[str, list[tuple[str, str]]]] = []
    for line in outline.splitlines():
        if line.startswith("  "):
            kind, _, text = line.strip().partition(": ")
            found[-1][1].append((kind, text))
        else:
            found.append((line, []))
    return [division(head, blocks) for head, blocks in found]


def division(head: str, blocks: list[tuple[str, str]]) -> Division:
    """A division of an outline; pictures and numbers of lists may be said or not."""
    skipped = head.startswith("(")
    title, *parts = head.strip("()").partition(": ")[2].split(" < ")
    heading = blocks[0][1] if blocks and blocks[0][0] == "heading" else title
    body = blocks[1:] if blocks and blocks[0][0] == "heading" else blocks
    full = " ".join(text for _, text in body)
    lean = " ".join(
        re.sub(r"^\d+\. ", "", text) if kind == "list-item" else text for kind, text in body if kind != "image"
    )
    titles = (title, heading, " ".join((*parts, title)))
    needed, headed = bool(body) and not skipped, body != blocks
    return Division(tuple(map(words, titles)), (words(full), words(lean)), needed, headed)


def outcome(expected: Sequence[Division], found: Iterable[tuple[str, str]]) -> tuple[bool, bool]:
    """Whether titles are right, and whether the words are, too.

    Every division needed must be there under its title and in its order, and nothing but the divisions of the case.
    """
    left = list(expected)
    same_words = True
    for title, text in found:
        wanted = words(title)
        while left and not left[0].needed and not left[0].names(wanted, text):
            left.pop(0)
        if not left or not left[0].names(wanted, text):
            return False, False
        own = left.pop(0)
        same_words = same_words and (not own.needed or bool({words(text), body_of(text, own)} & set(own.bodies)))
    titles = not any(each.needed for each in left)
    return titles, titles and same_words


def body_of(text: str, own: Division) -> str:
    """Words of a chapter without a title at its head."""
    found = words(text)
    for title in sorted(own.titles, key=len, reverse=True):
        if found == title or found.startswith(f"{title} "):
            return found.removeprefix(title).strip()
    return found


def ours_of(book: Manuscript) -> list[tuple[str, str]]:
    """Our own chapters in the peers' form."""
    return [
        (plain_text(chapter.title), "\n\n".join(plain_text(block.text) for block in chapter.blocks))
        for chapter in book.chapters
        if not chapter.skipped
    ]


def structure_table(peers: Sequence[Installed]) -> None:
    """Print cases with right titles, and with right titles and words, of each peer that reads books."""
    every = cases()
    with tempfile.TemporaryDirectory() as folder:
        paths = [written(case, Path(folder) / str(index)) for index, case in enumerate(every)]
        results = {
            "Viva Voce": [
                outcome(divisions(c.expected), ours_of(import_manuscript(p))) for c, p in zip(every, paths, strict=True)
            ]
        }
        for peer in peers:
            if "structure" in peer.peer.tasks:
                results[peer.peer.name] = structure_of(peer, every, paths)
    suffixes = [path.suffix for path in paths]
    kinds = list(dict.fromkeys(suffixes))
    print(f"\nStructure: {len(every)} cases; titles right / titles and words right\n")
    body = []
    for who, outcomes in results.items():
        cells = []
        for kind in kinds:
            own = [result for result, suffix in zip(outcomes, suffixes, strict=True) if suffix == kind and result]
            cells.append(f"{sum(r[0] for r in own)} / {sum(r[1] for r in own)} of {len(own)}" if own else "not read")
        body.append((who, *cells))
    table(("", *(kind.removeprefix(".") for kind in kinds)), body)
    print("\nCases whose titles or words are wrong\n")
    for who, outcomes in results.items():
        wrong = [c.name for c, result in zip(every, outcomes, strict=True) if result and not result[1]]
        print(f"{who}: {'; '.join(wrong)}")


def written(case: Case, folder: Path) -> Path:
    """The file of a case, as the tests write it."""
    folder.mkdir()
    case.found(folder)
    return next(folder.iterdir())


def structure_of(peer: Installed, every: Sequence[Case], paths: Sequence[Path]) -> list[tuple[bool, bool] | None]:
    """Outcome of each case; None where the peer does not read the format."""
    requests = [{"task": "structure", "path": str(p)} for p in paths if p.suffix in peer.peer.formats]
    answers = peer.answers(requests)
    return [
        outcome(divisions(case.expected), next(answers).get("answer", [("(nothing was read)", "")]))
        if path.suffix in peer.peer.formats
        else None
        for case, path in zip(every, paths, strict=True)
    ]


# Who speaks


@dataclass(frozen=True)
class Speakers:
    """Verdicts on the lines of a text, and what was made of the rest of it.

    Attributes:
        verdicts: one for what one person says in one paragraph.
        narration: chapter of each paragraph without speech, and whether it came out as somebody's.
    """

    verdicts: list[Judged]
    narration: list[tuple[int, bool]]


def told(labelled: Labelled, lines: Sequence[Line]) -> Speakers:
    """Judge the lines of labelled speech; a span that was not seen is nobody's."""
    own: dict[tuple[int, int], list[Line]] = {}
    for line in lines:
        own.setdefault((line.chapter, line.block), []).append(line)
    spoken = {place: gold for place, gold in labelled.labels.items() if gold != [NOBODY]}
    kept: list[Line] = []
    for place, gold in spoken.items():
        seen = own.get(place) or [Line(*place, 0, 0, "", None, 0.0, "no speech was seen")]
        kept += seen + [replace(seen[-1], start=index) for index in range(len(gold) - len(seen))]
    narration = [
        (chapter, any(line.speaker for line in own.get((chapter, block), ())))
        for chapter in labelled.judged
        for block, each in enumerate(labelled.book.chapters[chapter].blocks)
        if each.text and (chapter, block) not in spoken
    ]
    text = Labelled(labelled.name, labelled.book, spoken, labelled.judged)
    return Speakers(judge(text, Attribution(tuple(kept), ())), narration)


def is_novel(text: Labelled, _: int = 0) -> bool:
    return len(text.judged) > 1


def is_held_out(text: Labelled, chapter: int) -> bool:
    """Whether a chapter was held out of the third round of our rules."""
    if is_novel(text):
        return chapter == sorted(text.judged)[NOVEL_CHAPTERS.index(HELD_OUT_CHAPTER)]
    return text.name == HELD_OUT_TEXT


def is_of(folder: str, text: Labelled, _: int = 0) -> bool:
    """Whether a text is of a later round; those are named by their folder."""
    return text.name.startswith(f"{folder}/")


def is_first(text: Labelled, _: int = 0) -> bool:
    """Whether a text is ours and of the first three rounds."""
    return not is_novel(text) and "/" not in text.name


SHARES: dict[str, Callable[[Labelled, int], bool]] = {
    "held out of round 3": is_held_out,
    **{folder: partial(is_of, folder) for folder in LATER_ROUNDS},
    "our texts of rounds 1 to 3": is_first,
    "the novel": is_novel,
    "all": lambda _, __: True,
}


def asked(labelled: Labelled) -> dict[str, Any]:
    """The request for a text: its chapters' paragraphs, as we read them, so that only the speakers are compared."""
    return {
        "task": "speakers",
        "chapters": [
            (index, plain_text(chapter.title), [plain_text(block.text) or "***" for block in chapter.blocks])
            for index, chapter in enumerate(labelled.book.chapters)
            if not chapter.skipped
        ],
    }


def lines_of(answer: dict[str, Any]) -> list[Line]:
    return [
        Line(line["chapter"], line["paragraph"], 0, 0, "", line["speaker"], 1.0 if line["sure"] else 0.5, "")
        for line in answer["answer"]
    ]


def speakers_table(peers: Sequence[Installed], novel: Path) -> None:
    """Print the shares of lines of the labelled texts, and the time of the whole novel."""
    texts = own_texts() + ([novel_labels(import_manuscript(novel))] if novel.is_file() else [])
    for folder in LATER_ROUNDS:
        texts += [replace(text, name=f"{folder}/{text.name}") for text in own_texts(folder)]
    found: dict[str, list[list[Line]]] = {}
    started = time.perf_counter()
    found["Viva Voce"] = [list(attribute(text.book).lines) for text in texts]
    took_s = {"Viva Voce": time.perf_counter() - started}
    for peer in peers:
        if "speakers" in peer.peer.tasks:
            answers = list(peer.answers([asked(text) for text in texts]))
            found[peer.peer.name] = [lines_of(answer) for answer in answers]
            took_s[peer.peer.name] = peer.took_s["speakers"]
    print("\nSeconds for all texts: " + ", ".join(f"{who} {seconds:.1f}" for who, seconds in took_s.items()))
    results = {who: [told(text, own) for text, own in zip(texts, each, strict=True)] for who, each in found.items()}
    for name, belongs in SHARES.items():
        print(f"\nWho speaks, {name}\n")
        body = [speakers_row(who, list(map(partial(part, belongs), each, texts))) for who, each in results.items()]
        table(("", "lines", "right", "left open", "called sure", "right of sure", "narration given away"), body)


def part(belongs: Callable[[Labelled, int], bool], result: Speakers, text: Labelled) -> Speakers:
    """What of a text belongs to a share."""
    return Speakers(
        [verdict for verdict in result.verdicts if belongs(text, verdict.place[0])],
        [(chapter, given) for chapter, given in result.narration if belongs(text, chapter)],
    )


def speakers_row(who: str, results: Sequence[Speakers]) -> tuple[str, ...]:
    verdicts = [verdict for result in results for verdict in result.verdicts]
    sure = [verdict for verdict in verdicts if verdict.sure]
    right = sum(verdict.right for verdict in verdicts)
    open_ = sum(verdict.found is None for verdict in verdicts)
    count = max(len(verdicts), 1)
    of_sure = f"{sum(verdict.right for verdict in sure) / len(sure):.1%}" if sure else "says nothing of it"
    narration = [given for result in results for _, given in result.narration]
    given = f"{sum(narration)} of {len(narration)}"
    shares = (f"{right / count:.1%}", f"{open_ / count:.1%}", f"{len(sure) / count:.1%}", of_sure)
    return (who, str(len(verdicts)), *shares, given)


def table(head: Sequence[str], body: Sequence[Sequence[str]]) -> None:
    """Print a table in Markdown."""
    for row in (head, ["---"] * len(head), *body):
        print("| " + " | ".join(row) + " |")


def main() -> None:
    """Install the peers, ask them, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "vivavoce-peers")
    parser.add_argument("--novel", type=Path, default=ROOT / "../shared/books/love-among-the-chickens.epub")
    parser.add_argument("--part", choices=("spoken", "classes", "structure", "speakers"))
    options = parser.parse_args()
    cache = options.cache.expanduser().resolve()
    cache.mkdir(parents=True, exist_ok=True)
    peers = []
    for peer in PEERS:
        try:
            peers.append(install(peer, cache))
        except NotInstalledError as error:
            print(f"{peer.name} is not installed and not measured: {error}")
    if options.part in {None, "spoken", "classes"}:
        spoken_table(peers, classes=options.part != "spoken")
    if options.part in {None, "structure"}:
        structure_table(peers)
    if options.part in {None, "speakers"}:
        speakers_table(peers, options.novel)


if __name__ == "__main__":
    main()
