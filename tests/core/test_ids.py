import re

from studio.core.ids import new_id
from studio.core.names import safe_file_stem


def test_ids_are_short_plain_and_never_the_same():
    ids = {new_id() for _ in range(5_000)}
    assert len(ids) == 5_000
    assert all(re.fullmatch(r"[0-9a-hjkmnp-tv-z]{12}", one) for one in ids)


def test_an_id_is_a_safe_file_name():
    for _ in range(200):
        one = new_id()
        assert safe_file_stem(one) == one


def test_every_character_is_used_at_every_place():
    ids = [new_id() for _ in range(3_000)]
    assert all(len({one[place] for one in ids}) == 32 for place in range(12))
