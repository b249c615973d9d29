import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.errors import InputError
from studio.manuscript.lexicon.entry import Entry, Notation, PartOfSpeech
from studio.manuscript.lexicon.tables import from_csv, to_csv, to_pls

WORDS = st.text(alphabet="abcXYZ'é, \"\n&<", min_size=1, max_size=10).map(lambda text: f"a{text}b")
ENTRIES = st.builds(
    Entry,
    WORDS,
    st.just(Notation.ALIAS),
    WORDS,
    st.sampled_from(["", "en", "en-GB"]),
    st.booleans(),
    st.sampled_from([None, *PartOfSpeech]),
    st.lists(st.sampled_from(["sea", "river"]), max_size=2).map(tuple),
)


@given(st.lists(ENTRIES, max_size=5))
def test_a_table_comes_back_as_it_was(entries: list[Entry]):
    assert from_csv(to_csv(entries), where="t.csv") == tuple(entries)


def test_three_columns_are_enough_in_any_order_after_a_byte_order_mark():
    text = "\ufeffSaid,Written,Notation\nCHUM-lee,Cholmondeley,Respelling\n"
    assert from_csv(text, where="t.csv") == (Entry("Cholmondeley", Notation.RESPELLING, "CHUM-lee"),)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "column 'notation' is missing"),
        ("written,said\n", "column 'notation' is missing"),
        ("written,notation,said,colour\n", "no column 'colour'"),
        ("written,notation,said,said\n", "twice"),
        ("written,notation,said\na,alias\n", "line 2.*cells"),
        ("written,notation,said\na,alias,b,c\n", "line 2.*cells"),
        ("written,notation,said\na,alias,b\na,sampa,b\n", "line 3: 'sampa' is none of"),
        ("written,notation,said\na,ipa,!\n", "line 2: '!' is no letter"),
        ("written,notation,said,exact_case\na,alias,b,perhaps\n", "neither yes nor no"),
        ('written,notation,said\n"a', "cannot be read"),
    ],
)
def test_a_wrong_table_says_what_and_where(text: str, wrong: str):
    with pytest.raises(InputError, match=wrong):
        from_csv(text, where="t.csv")


def test_pls_leaves_out_what_it_cannot_hold():
    kept = Entry("a", Notation.ALIAS, "b")
    french, neighbourly = Entry("a", Notation.ALIAS, "b", "fr"), Entry("a", Notation.ALIAS, "b", beside=("c",))
    document, left_out = to_pls([kept, french, neighbourly], "en-GB")
    assert left_out == (french, neighbourly)
    assert document.count("<lexeme") == 1


@pytest.mark.parametrize("said", ["=cmd()", "+1 of them", "@home", "'tis", "'=x", "-5 degrees"])
def test_no_cell_is_a_formula_to_a_spreadsheet(said: str) -> None:
    entries = (Entry("word", Notation.ALIAS, said),)
    table = to_csv(entries)
    assert all(not cell.startswith(("=", "+", "-", "@")) for cell in table.splitlines()[1].split(","))
    assert from_csv(table, where="t.csv") == entries
