"""`studio text`: classes of rules left out on request, and a class that is none refused."""

from tests.cli.conftest import Command


def test_a_class_left_out_leaves_its_text_as_written(quick_command: Command) -> None:
    written = "Henry VIII paid £5."
    assert "Henry the Eighth paid five pounds." in quick_command("text", "--language", "en-GB", stdin=written).out
    left = quick_command("text", "--language", "en-GB", "--without", "roman", stdin=written).out
    assert "Henry VIII paid five pounds." in left
    both = quick_command("text", "--language", "en-GB", "--without", "roman", "--without", "money", stdin=written).out
    assert "Henry VIII paid £" in both


def test_a_class_that_is_none_is_refused_with_those_there_are(quick_command: Command) -> None:
    refused = quick_command("text", "--without", "nonsense", stdin="Henry VIII")
    assert (refused.status, refused.out) == (2, "")
    assert "nonsense" in refused.err
    assert "roman" in refused.err
