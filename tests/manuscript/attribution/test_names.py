import pytest

from studio.manuscript.attribution.names import addressed, introduced, name_of, unquoted


@pytest.mark.parametrize(
    ("speech", "names"),
    [
        ("“Well, Joss, what now?”", ["Joss"]),
        ("“Joss, come here.”", ["Joss"]),
        ("“Come here, Mr. Tarn.”", ["Mr. Tarn"]),
        ("“Garnet! Where are you?”", ["Garnet"]),
        ("“Yes, sir.”", ["sir"]),
        ("“How many, old girl?”", ["old girl"]),
        ("“Wilf, where do you live?”", ["Wilf"]),
        ("“Lamb, who is that child?”", ["Lamb"]),
        ("“Rain,”", []),
        ("“Yes, sir. Mr. Ukridge.”", ["sir"]),
        ("“Stanley, of course, can do anything.”", []),
        ("“Varga? You’re certain?”", []),
        ("“You, me, and Brandt.”", []),
        ("“Sergeant Pell, miss.”", ["miss"]),
    ],
)
def test_who_a_line_calls(speech, names):
    assert list(addressed(unquoted(speech))) == names


@pytest.mark.parametrize(
    ("speech", "found"),
    [
        ("‘My name’s Oakes.’", [("Oakes", True)]),
        ("“I’m Captain Ebbe.”", [("Captain Ebbe", True)]),
        ("“It’s Tomas.”", [("Tomas", False)]),
        ("‘Sergeant Pell, miss.’", [("Sergeant Pell", True)]),
        ("“I’m late.”", []),
    ],
)
def test_who_a_speaker_is(speech, found):
    assert list(introduced(speech)) == found


@pytest.mark.parametrize(
    ("text", "titles", "names", "gender"),
    [
        ("Mr. Joss Tarn", ("mr",), ("Joss", "Tarn"), "male"),
        ("Old Nance", (), ("Nance",), "female"),
        ("Dr. Amin", ("doctor",), ("Amin",), ""),
        ("Uncle Rupert", ("uncle",), ("Rupert",), "male"),
        ("Ebbe", (), ("Ebbe",), ""),
    ],
)
def test_titles_and_names(text, titles, names, gender):
    name = name_of(text)
    assert (name.titles, name.names, name.gender) == (titles, names, gender)


def test_what_a_line_quotes_is_left_out():
    assert "Garnet" not in unquoted("“I told her, ‘Garnet, old horse.’ And so.”")
    assert "Edmund" not in unquoted("‘She said, “Edmund, go.” So I went.’")


def test_gender_and_age_are_told_from_the_narration(attributed):
    people = {
        person.name: person
        for person in attributed(
            "Ebbe was an old man. Quill shut the book. She sighed. Tully was about nine, and he laughed.",
            "“Yes,” said Ebbe.",
            "“No,” said Quill.",
            "“Why?” said Tully.",
        ).people
    }
    assert (people["Ebbe"].age, people["Quill"].gender) == ("old", "female")
    assert (people["Tully"].age, people["Tully"].gender) == ("child", "male")
