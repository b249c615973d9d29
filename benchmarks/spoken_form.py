"""Score of the spoken form on our own pairs: `python benchmarks/spoken_form.py`.

English by class and, after that, every language in all; `--wrong` lists the pairs that are not said as expected.
"""

import sys
from collections import Counter
from pathlib import Path

from studio.spoken.form import spoken_form

CORPUS = Path(__file__).parent.parent / "tests" / "corpus"
LANGUAGES = ("english", "german", "spanish", "french", "italian", "portuguese")


def pairs(name: str) -> list[tuple[str, str, str, str]]:
    """Language, class, written and spoken of every pair of a language."""
    found = []
    for line in (CORPUS / "spoken" / f"{name}.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        _, language, topic, written, spoken = line.split("\t")
        found.append((language, topic, written, spoken))
    return found


def regression() -> list[tuple[str, str, str, str]]:
    """The same of the English pairs that were written with the rules in mind."""
    found = []
    for name, language in (("spoken_en_gb.tsv", "en-GB"), ("spoken_en_us.tsv", "en-US")):
        for line in (CORPUS / name).read_text(encoding="utf-8").splitlines()[1:]:
            topic, written, spoken = line.split("\t")
            found.append((language, f"{topic} (regression)", written, spoken))
    return found


def score(rows: list[tuple[str, str, str, str]], *, show_wrong: bool) -> tuple[Counter[str], Counter[str]]:
    """Right and all pairs by class."""
    right, every = Counter[str](), Counter[str]()
    for language, topic, written, spoken in rows:
        said = spoken_form(written, language)
        every[topic] += 1
        right[topic] += said == spoken
        if show_wrong and said != spoken:
            print(f"{language} {topic}: {written!r} is said {said!r}, not {spoken!r}")
    return right, every


def main() -> None:
    """Print right and all pairs of each English class, and of each language."""
    show_wrong = "--wrong" in sys.argv[1:]
    right, every = score(pairs("english") + regression(), show_wrong=show_wrong)
    for topic, count in every.items():
        print(f"{topic:28} {right[topic]:4} of {count:4}")
    print(
        f"{'English, with regression':28} {right.total():4} of {every.total():4}  {right.total() / every.total():.1%}"
    )
    for name in LANGUAGES:
        right, every = score(pairs(name), show_wrong=show_wrong and name != "english")
        total = f"{right.total():4} of {every.total():4}  {right.total() / every.total():.1%}"
        print(f"{name.capitalize() + ', own corpus':28} {total}")


if __name__ == "__main__":
    main()
