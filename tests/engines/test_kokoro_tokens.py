import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.errors import EngineError
from studio.engines.kokoro_tokens import MAX_TOKENS, TOKEN_OF_PHONEME, token_ids, windows

_WORDS = st.lists(st.text(alphabet="ðəkæts", min_size=1, max_size=12).map(lambda w: w), min_size=1, max_size=400)


def test_the_table_is_the_published_one():
    assert len(TOKEN_OF_PHONEME) == 114
    assert len(set(TOKEN_OF_PHONEME.values())) == 114
    published = {
        ";": 1,
        "?": 6,
        "—": 9,
        "”": 15,
        " ": 16,
        "A": 24,
        "I": 25,
        "O": 31,
        "T": 36,
        "f": 48,
        "h": 50,
        "ɹ": 123,
    }
    assert published.items() <= TOKEN_OF_PHONEME.items()
    assert (TOKEN_OF_PHONEME["ˈ"], TOKEN_OF_PHONEME["ˌ"], TOKEN_OF_PHONEME["ː"], TOKEN_OF_PHONEME["ᵻ"]) == (
        156,
        157,
        158,
        177,
    )


def test_a_character_without_a_token_is_an_error_not_a_silence():
    assert token_ids("kˈæt.") == [53, 156, 72, 62, 4]
    with pytest.raises(EngineError, match="❓"):
        token_ids("kˈæt❓")


@given(_WORDS, st.sampled_from([" ", ", ", ". ", "— "]))
def test_windows_keep_every_word_in_order_and_fit(words: list[str], joint: str):
    phonemes = joint.join(words)
    cut = windows(phonemes, limit=80)
    assert all(0 < len(window.phonemes) <= 80 for window in cut)
    assert " ".join(window.phonemes for window in cut).replace("— ", "—").replace("—", " ").split() == (
        phonemes.replace("— ", "—").replace("—", " ").split()
    )


def test_it_cuts_at_the_end_of_a_sentence_rather_than_at_a_comma():
    cut = windows(f"{'kæt ' * 20}, {'kæt ' * 6}kæt. {'kæt ' * 24}kæt.", limit=150)
    assert [window.phonemes[-1] for window in cut] == [".", "."]
    assert cut[0].pause_s > cut[-1].pause_s == 0


def test_windows_are_of_nearly_equal_length():
    lengths = [len(window.phonemes) for window in windows("kæt " * 150)]
    assert len(lengths) == 2
    assert max(lengths) - min(lengths) < 10
    assert max(lengths) <= MAX_TOKENS


def test_a_word_longer_than_the_window_is_an_error():
    with pytest.raises(EngineError, match="single word"):
        windows("k" * (MAX_TOKENS + 1))
