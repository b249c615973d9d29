import pytest

from studio.manuscript.attribution.cues import read_spans
from studio.manuscript.attribution.manner import suggest
from studio.manuscript.attribution.quotes import find_speech


def proposed(text: str) -> tuple[str, str] | None:
    span = read_spans([text], find_speech([text]))[0]
    found = suggest(span.cues)
    return (str(found.delivery), found.evidence) if found else None


@pytest.mark.parametrize(
    ("text", "delivery", "evidence"),
    [
        ("“Hush,” whispered Ann.", "whisper", "whispered"),
        ("“Hush,” Ann whispered.", "whisper", "whispered"),
        ("“Out!” shouted Mr. Bell.", "shout", "shouted"),
        ("“Out,” said Ann coldly.", "cold-anger", "said coldly"),
        ("“Out,” Ann said very coldly.", "cold-anger:1.3", "said very coldly"),
        ("“Out,” she snapped.", "angry", "snapped"),
        ("“So,” said Ann in a low voice.", "whisper:0.6", "in a low voice"),
        ("“So,” said Ann, dropping her voice.", "whisper:0.6", "dropping her voice"),
        ("“So!” said Ann at the top of her voice.", "shout", "at the top of her voice"),
        ("Ann said sadly, “So.”", "sad", "said sadly"),
        ("“Is it?” Ann asked softly.", "tender", "asked softly"),
    ],
)
def test_action_words_propose_a_delivery(text, delivery, evidence):
    assert proposed(text) == (delivery, evidence)


@pytest.mark.parametrize(
    "text",
    [
        "“So,” said Ann.",
        "“So,” said Ann, softly closing the door.",
        "“So.” Ann shouted for the maid.",
        "“So,” said Ann slowly.",
        "“So.”",
    ],
)
def test_what_tells_no_delivery_proposes_none(text):
    assert proposed(text) is None
