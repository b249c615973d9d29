from studio.manuscript.attribution.roles import roles_of


def test_roles_with_counts_samples_and_what_is_known(attributed):
    found = attributed(
        "Old Mr. Bell was at the window. He was a man of eighty. His niece Dora sat by him; she was young.",
        "“Rain,” said Mr. Bell.",
        "“It will stop, Uncle,” said Dora. “It always does.”",
        "“Hm,” said Mr. Bell.",
    )
    dora, bell = roles_of(found, samples=1)
    assert (dora.name, dora.lines, dora.words, dora.gender) == ("Dora", 2, 7, "female")
    assert (bell.name, bell.lines, bell.sure, bell.gender, bell.age) == ("Mr. Bell", 2, 2, "male", "old")
    assert [line.text for line in dora.samples] == ["“It will stop, Uncle,”"]


def test_a_book_where_nobody_speaks_has_no_roles(attributed):
    assert roles_of(attributed("It rained.")) == ()
