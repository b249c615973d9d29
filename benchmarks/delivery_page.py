"""Writes the table of docs/delivery-tags.md and renders its sounds: one sentence in every delivery."""

import tempfile
from pathlib import Path

from studio.audio.flac import read_take
from studio.audio.levelling import PREVIEW_LUFS, at_loudness
from studio.audio.mp3 import Mp3Writer
from studio.bootstrap import environment, open_studio, read_settings
from studio.core.files import atomic_path
from studio.manuscript.delivery import Preset, presets

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE = DOCS / "delivery-tags.md"
BEGIN, END = "<!-- table -->\n", "<!-- /table -->\n"
SENTENCE = "You came back after all these years, and nobody told me."
VOICE = "bf_emma"
LOUDER_DB = 5.0  # single sounds on a page are heard beside nothing else
BIT_RATE_BPS = 64_000


def row(preset: Preset) -> str:
    about = preset.about + (" No voice." if preset.whispered else "")
    words = ", ".join(preset.words[:6])
    figures = " | ".join(preset.written())
    sound = f"[hear](sounds/{preset.name}.mp3)"
    return f"| `[{preset.name}]` | {figures} | {about} | {words} | {sound} |\n"


def table() -> str:
    head = "| tag | pitch | range | pace | level | tone | pauses | what it is | also | sound |\n" + "|---" * 10 + "|\n"
    return head + "".join(map(row, presets().values()))


def page_with_table(page: str) -> str:
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + table() + END + after


def main() -> None:
    PAGE.write_text(page_with_table(PAGE.read_text("utf-8")), "utf-8")
    (DOCS / "sounds").mkdir(exist_ok=True)
    weights = read_settings(environment()).weights
    with tempfile.TemporaryDirectory() as home:
        studio = open_studio(
            read_settings({"VIVAVOCE_WEIGHTS": str(weights), "VIVAVOCE_ANCHORS": home}, home=Path(home), workers=2)
        )
        for name in presets():
            said = studio.auditions.say(SENTENCE, VOICE, delivery=name)
            samples, rate_hz = read_take(said.take)
            loud = at_loudness(samples, rate_hz, PREVIEW_LUFS + LOUDER_DB + said.level_db)
            with (
                atomic_path(DOCS / "sounds" / f"{name}.mp3") as path,
                Mp3Writer(path, rate_hz=rate_hz, bit_rate_bps=BIT_RATE_BPS, tags={"title": name}) as writer,
            ):
                writer.write(loud)
            print(f"{name:12} {said.duration_s:.1f} s  {', '.join(said.methods) or 'as the voice reads'}")
        studio.close()


if __name__ == "__main__":
    main()
