import pytest

from studio.engines.g2p.compile_lexicon import american, british, from_names
from studio.engines.g2p.lexicon import lexicon
from studio.engines.kokoro_tokens import TOKEN_OF_PHONEME


@pytest.mark.parametrize(
    ("arpabet", "spelling", "in_america", "in_britain"),
    [
        ("AA1 R TH ER0", "arther", "ˈɑɹθəɹ", "ˈɑːθə"),
        ("M EH1 R IY0", "merry", "mˈɛɹi", "mˈɛɹi"),
        ("F L AO1 R AH0", "flora", "flˈɔɹə", "flˈɔːɹə"),
        ("B ER1 N AH0 B IY0", "burnaby", "bˈɜɹnəbi", "bˈɜːnəbi"),
        ("T AA1 M S AH0 N", "thomson", "tˈɑmsən", "tˈɒmsən"),
        ("HH OW1 M Z", "holmes", "hˈOmz", "hˈQmz"),
        ("B AE1 S K ER0 V IH2 L", "baskervil", "bˈæskəɹvˌɪl", "bˈaskəvˌɪl"),
    ],
)
def test_arpabet_becomes_kokoros_american_and_that_british(
    arpabet: str, spelling: str, in_america: str, in_britain: str
):
    assert american(arpabet.split()) == in_america
    assert british(in_america, spelling) == in_britain


@pytest.mark.parametrize("variety", ["en-GB", "en-US"])
def test_the_shipped_lexicon_has_our_names_and_only_sounds_that_kokoro_knows(variety: str):
    table = lexicon(variety)
    for name, sound in from_names(variety).items():
        assert table.exact(name) == {"DEFAULT": sound}
    assert {phoneme for _, sound in table.items() for phoneme in sound} <= TOKEN_OF_PHONEME.keys()
