import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.errors import InputError
from studio.manuscript import directions
from studio.manuscript.delivery import NEUTRAL, Delivery, names_of_presets, presets
from studio.manuscript.tags import (
    EVENTS,
    Event,
    Part,
    Rest,
    Said,
    Words,
    delivery_of_direction,
    escape_tags,
    parse_delivery,
    plain_text,
    read_tags,
    write_tags,
)
from tests.manuscript.malformed_tags import MALFORMED
from tests.manuscript.strategies import DELIVERIES, PARTS

SAD, WHISPER, EMPHASIS = Delivery("sad"), Delivery("whisper"), Delivery("emphasis")


def neutral(text: str) -> Words:
    return Words(text, NEUTRAL)


def messages(text: str) -> list[str]:
    return [problem.message for problem in read_tags(text).problems]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[sad] It is over. [/] Or not.", (Words("It is over.", SAD), neutral("Or not."))),
        ("Yes. [sad:0.6] No.", (neutral("Yes."), Words("No.", Delivery("sad", 0.6)))),
        ("[SAD=0.6]no", (Words("no", Delivery("sad", 0.6)),)),
        ("[angry 80%] no", (Words("no", Delivery("angry", 0.8)),)),
        ("[cold anger] no", (Words("no", Delivery("cold-anger")),)),
        ("[in a whisper] no", (Words("no", WHISPER),)),
        ("[very sad] no", (Words("no", Delivery("sad", 1.3)),)),
        ("[rate=-10%] no", (Words("no", Delivery(rate_percent=-10)),)),
        ("[excited +rate=10% +pitch=2st] no", (Words("no", Delivery("excited", rate_percent=10, pitch_st=2)),)),
        ("[sad, vol=-3dB; range=+20%] no", (Words("no", Delivery("sad", volume_db=-3, range_percent=20)),)),
        ("[pitch=100%] no", (Words("no", Delivery(pitch_st=12)),)),
        ("a [sad] b [neutral] c", (neutral("a"), Words("b", SAD), neutral("c"))),
        ("He was [very sure]{emphasis} of it", (neutral("He was"), Words("very sure", EMPHASIS), neutral("of it"))),
        ("[a]{sad=0.6 rate=-10%} b", (Words("a", Delivery("sad", 0.6, rate_percent=-10)), neutral("b"))),
        ("[sad] x [y]{.whisper} z", (Words("x", SAD), Words("y", WHISPER), Words("z", SAD))),
        ("[a [beat] \\] c]{sad}", (Words("a", SAD), Rest(0.5), Words("] c", SAD))),
        ("[a [laugh] c]{sad}", (Words("a", SAD), Event("laugh"), Words("c", SAD))),
        ("a [pause 1.2s] b [pause 300ms]", (neutral("a"), Rest(1.2), neutral("b"), Rest(0.3))),
        ("[pause] [long pause] [pause=0.5s]", (Rest(0.75), Rest(1.5), Rest(0.5))),
        ("[clears her throat] [sighs]", (Event("clear throat"), Event("sigh"))),
        (r"\[sad\] \{.sad} \\ \x", (neutral(r"[sad] {.sad} \ \x"),)),
        ("[He laughed at this.] Yes [12], [^1] and [ ] [x] no.", (neutral("He laughed at this. Yes, and no."),)),
        ("[T]he end", (neutral("The end"),)),
        ("an open [sad one", (neutral("an open [sad one"),)),
        ("{no} braces", (neutral("{no} braces"),)),
        ("", ()),
        (" [sad] ", ()),
    ],
)  # fmt: skip
def test_reads(text: str, parts: tuple[Part, ...]):
    tagged = read_tags(text)
    assert tagged.parts == parts
    assert tagged.problems == ()


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("“[whisper]Come here,[/]” she said.", ["“Come here,”", "she said."]),
        ("“[whisper] Come here,” she said.", ["“Come here,” she said."]),
        ("He was [very]{emphasis}, she said", ["He was", "very,", "she said"]),
        ("un[believable]{emphasis} [un]{sad}believable", ["unbelievable", "unbelievable"]),
        ("I know—[whisper]but wait", ["I know—", "but wait"]),
        ("他说[sad]你好", ["他说", "你好"]),
        ('"[sad]No." [/] He left.', ['"No."', "He left."]),
    ],
)
def test_marks_and_words_that_a_tag_cuts_apart_are_put_together(text: str, texts: list[str]):
    assert [part.text for part in read_tags(text).parts if isinstance(part, Words)] == texts


def test_a_sound_before_a_comma_leaves_the_comma_with_its_word():
    assert read_tags("Oh [laugh], no").parts == (neutral("Oh,"), Event("laugh"), neutral("no"))


@pytest.mark.parametrize(
    "text", ["{.sad} a [whisper] b [/] c", "a [whisper] b [/] c {.sad}", "{sad:1} a [whisper]b[/] c"]
)
def test_a_paragraph_says_its_own_delivery_at_either_end(text: str):
    tagged = read_tags(text, Delivery("happy"))
    assert tagged.delivery == SAD
    assert tagged.parts == (Words("a", SAD), Words("b", WHISPER), Words("c", SAD))


def test_start_is_the_delivery_of_a_paragraph_without_its_own():
    tagged = read_tags("a [whisper] b [/] c [sad]", Delivery("happy"))
    assert tagged.parts == (Words("a", Delivery("happy")), Words("b", WHISPER), Words("c", Delivery("happy")))
    assert (tagged.delivery, tagged.end) == (Delivery("happy"), SAD)


def test_a_problem_says_where_it_is_and_what_was_perhaps_meant():
    (problem,) = read_tags("One [sadd] two").problems
    assert (problem.offset, problem.tag) == (4, "[sadd]")
    assert problem.message == "[sadd] is no tag; did you mean [sad]? It is left out."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[sad:9] a", "intensity 9 is not between 0 and 1.5"),
        ("[pause 1 hour] a", "[pause 1.2s]"),
        ("[pause 20s] a", "a pause of 20 s is not between 0.05 and 10 s"),
        ("[laughs softly] a", "did you mean [laughs]?"),
        ("a {.sad} b", "only at the very beginning or end"),
        ("{.sad} b {.happy}", "second delivery"),
        ("[a [sad] b]{happy}", "inside of a span"),
        ("[a [b]{sad} c]{happy}", "inside of another span"),
        ("[a]{zzz}", "'zzz' is no delivery"),
        ("[sic] a", "[sic] is no tag. It is left out."),
    ],
)
def test_tags_that_mean_nothing_are_reported(text: str, said: str):
    (message,) = messages(text)
    assert said in message


@pytest.mark.parametrize("tag", MALFORMED)
def test_nothing_of_a_malformed_tag_is_heard(tag: str):
    assert read_tags(f"One {tag} two.").parts == (neutral("One two."),)
    assert messages(f"One {tag} two.")
    assert read_tags(f"One{tag}two.").text == "One two."
    assert read_tags(f"One, {tag}").parts == (neutral("One,"),)


def test_malformed_tags_are_a_hundred_different_ones():
    assert len(set(MALFORMED)) == len(MALFORMED) >= 100


@pytest.mark.parametrize("name", sorted(names_of_presets()))
def test_every_word_of_the_table_is_a_tag_and_is_not_heard(name: str):
    tagged = read_tags(f"One. [{name}] Two. [{name.upper()}:0.5] Three.")
    preset = names_of_presets()[name]
    assert tagged.text == "One. Two. Three."
    assert tagged.problems == ()
    assert tagged.end == Delivery(preset, 0.5)


@pytest.mark.parametrize("word", sorted(directions._events()))
def test_every_word_for_a_sound_is_that_sound(word: str):
    (part,) = read_tags(f"[{word}]").parts
    assert isinstance(part, Event)
    assert part.name in EVENTS


def test_every_sound_has_words():
    assert tuple(directions._EVENT_WORDS) == EVENTS


def test_canonical_form():
    parts = (neutral("a [b]"), Words("c", Delivery("sad", 0.6)), Rest(1.2), Event("sigh"), neutral("d"))
    assert write_tags(parts) == r"a \[b\] [sad:0.6] c [pause 1.2s] [sigh] [/] d"
    assert write_tags((Words("c", SAD), neutral("d")), SAD) == "c [neutral] d"


TAGGISH = st.lists(
    st.one_of(
        st.sampled_from(MALFORMED),
        st.sampled_from([
            "[sad]", "[/]", "[whisper:0.5]", "[laugh]", "[pause 1s]", "{.sad}", "]{sad}", "[", "]", "{", "}", "\\",
            "[a b]{ipa: æn}", "[c]{say: d}", "[“e]{lang: fr}", "]{ipa: æn}", "[f]{ipa: 1}",
            "\\[", " ", "“", "”", ",", ".", "word", "no", "é", "'", "\n", "[a b c]", "[12]", "(", "…", "—",
        ]),
        st.text(max_size=4),
    ),
    max_size=30,
).map("".join)  # fmt: skip
ANY_TEXT = st.one_of(st.text(), TAGGISH)
KNOWN = ["[sad]", "[/]", "[whisper:0.5]", "[laugh]", "[pause 1s]", "[beat]", "{.sad}"]


@given(ANY_TEXT, DELIVERIES)
def test_reading_never_fails_and_gives_normal_parts(text: str, start: Delivery):
    tagged = read_tags(text, start)
    for index, part in enumerate(tagged.parts):
        if isinstance(part, Words):
            assert part.text == " ".join(part.text.split()) != ""
            before = tagged.parts[index - 1] if index else None
            if isinstance(before, Words) and before.delivery == part.delivery:
                assert before.said or part.said
            else:
                assert not part.glued
    assert [p.offset for p in tagged.problems] == sorted(p.offset for p in tagged.problems)
    assert all(text[p.offset :].startswith(p.tag) for p in tagged.problems)
    assert plain_text(text) == read_tags(text).text


@given(ANY_TEXT.map(lambda text: text.replace("\\", "/")))
def test_no_known_tag_is_left_in_the_words(text: str):
    words = plain_text(text)
    assert not any(tag in words for tag in KNOWN)


@given(ANY_TEXT)
def test_no_letter_outside_of_brackets_is_lost(text: str):
    text = text.replace("[", "").replace("{", "").replace("\\", "")
    assert plain_text(text) == " ".join(text.split())


@given(ANY_TEXT, DELIVERIES)
def test_escaped_text_reads_as_itself(text: str, start: Delivery):
    folded = " ".join(text.split())
    tagged = read_tags(escape_tags(text), start)
    assert tagged.parts == ((Words(folded, start),) if folded else ())
    assert tagged.problems == ()


@pytest.mark.parametrize("text", ["No brackets, {no} braces; a\\b.", "“Yes,” – I said… (so)", "5 > 3"])
def test_only_what_would_be_read_otherwise_is_escaped(text: str):
    assert escape_tags(text) == text


@given(PARTS, DELIVERIES)
def test_written_parts_read_as_themselves(parts: tuple[Part, ...], start: Delivery):
    tagged = read_tags(write_tags(parts, start), start)
    assert tagged.parts == parts
    assert tagged.problems == ()


@given(ANY_TEXT, DELIVERIES)
def test_what_was_read_is_written_once_and_for_all(text: str, start: Delivery):
    written = write_tags(read_tags(text, start).parts, start)
    assert read_tags(written, start).parts == read_tags(text, start).parts
    assert write_tags(read_tags(written, start).parts, start) == written


@pytest.mark.parametrize(
    "unit",
    ["[", "]", "[]", "[a ", "{", "{.", "[sad]", "a[sad]b[happy]", "[12] ", "[a]{", "[a]{sad}", "\\[", "“[sad]", "{sad}",
     "[a]{ipa: æn}", "“[a]{say: b}[sad]", "[a]{lang: fr} ", "[a]{ipa: ", "[a]{say: b}, [/]",
     "[[a]{say: b}[sad]]{say: c}", "[pause 1 ", "[sadd]", "[[[]]]", "[x y]", "[laugh]", "[sad]'", "a[x],"],
)  # fmt: skip
def test_time_grows_with_the_text_only(unit: str):
    text = unit * 10_000
    started = time.process_time()
    read_tags(text)
    escape_tags(text)
    assert time.process_time() - started < 2


def test_nested_brackets_take_linear_time():
    started = time.process_time()
    read_tags("[" * 20_000 + "]{sad}" * 20_000)
    assert time.process_time() - started < 2


SAID_IPA = Said("ipa", "hɜːˈmaɪəni")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "[Hermione]{ipa: hɜːˈmaɪəni}'s cat",
            (Words("Hermione", NEUTRAL, SAID_IPA), Words("'s cat", NEUTRAL, glued=True)),
        ),
        (
            "In [1984]{say: nineteen eighty-four}, no",
            (
                neutral("In"),
                Words("1984", NEUTRAL, Said("say", "nineteen eighty-four")),
                Words(", no", NEUTRAL, glued=True),
            ),
        ),
        (
            "“[Bonjour]{LANG=fr}” [a]{lang: fr}",
            (
                neutral("“"),
                Words("Bonjour", NEUTRAL, Said("lang", "fr"), glued=True),
                Words("”", NEUTRAL, glued=True),
                Words("a", NEUTRAL, Said("lang", "fr")),
            ),
        ),
        ("[it [was]{say: WAHZ-ah}]{sad}", (Words("it", SAD), Words("was", SAD, Said("say", "WAHZ-ah")))),
        (
            "“[sad] [no]{ipa: /nəʊ/}[/], yes",
            (
                Words("“", SAD),
                Words("no", SAD, Said("ipa", "nəʊ"), glued=True),
                Words(",", SAD, glued=True),
                neutral("yes"),
            ),
        ),
        (
            "[no]{say: nah} [laugh]. Yes",
            (
                Words("no", NEUTRAL, Said("say", "nah")),
                Words(".", NEUTRAL, glued=True),
                Event("laugh"),
                neutral("Yes"),
            ),
        ),
        ("[a\\[b\\\\]{say: c}", (Words("a[b\\", NEUTRAL, Said("say", "c")),)),
    ],
)
def test_words_can_say_how_they_are_said(text: str, parts: tuple[Part, ...]):
    tagged = read_tags(text)
    assert tagged.parts == parts
    assert tagged.problems == ()


def test_the_words_stay_as_they_are_written():
    assert plain_text("“[Ann]{say: b}'s” [x]{lang: fr}—y [z]{ipa: æ}.") == "“Ann's” x—y z."


@pytest.mark.parametrize(
    ("text", "words", "reason"),
    [
        ("[Ann]{ipa: 12!} went", "Ann went", "no letter of the phonetic alphabet"),
        ("[Ann]{lang: french speech} went", "Ann went", "no language tag"),
        ("[Ann]{say: } went", "Ann went", "nothing to say"),
        ("[ ]{say: a} went", "went", "no words"),
        ("[Ann [beat] Lee]{say: a}", "Ann Lee", "other tags"),
        (f"[{'a ' * 60}]{{ipa: æ}}", ("a " * 60).strip(), "too many"),
    ],
)
def test_what_cannot_be_said_is_told_and_the_words_are_read(text: str, words: str, reason: str):
    tagged = read_tags(text)
    assert tagged.text == words
    (problem,) = tagged.problems
    assert reason in problem.message
    assert text[problem.offset :].startswith(problem.tag)


@pytest.mark.parametrize(
    ("value", "notation"),
    [
        ("HER-my-oh-nee", "respelling"), ("nineteen eighty-four", "alias"), ("X-ray", "alias"), ("A-level", "alias"),
        ("one", "alias"), ("new YORK-shuh", "respelling"), ("NASA", "alias"),
    ],
)  # fmt: skip
def test_a_respelling_is_told_from_words(value: str, notation: str):
    assert Said("say", value).notation == notation


@given(DELIVERIES)
def test_a_delivery_reads_as_it_is_written(delivery: Delivery):
    assert parse_delivery(str(delivery)) == delivery
    assert parse_delivery(f"[{delivery}]") == parse_delivery(f"{{.{delivery}}}") == delivery


@given(st.one_of(st.text(), st.text(alphabet="sad:=0.6% rate+-stdB,", max_size=20)))
def test_what_is_no_delivery_is_an_input_error(text: str):
    delivery = NEUTRAL
    with suppress(InputError):
        delivery = parse_delivery(text)
    assert parse_delivery(str(delivery)) == delivery


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("sadd", "Did you mean 'sad'?"),
        ("wispering", "Did you mean 'whispering'?"),
        ("zzz", "lists them"),
        ("", "Name one"),
    ],
)
def test_a_wrong_name_brings_a_suggestion(text: str, hint: str):
    with pytest.raises(InputError) as caught:
        parse_delivery(text)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("text", "delivery"),
    [
        ("(whispering, urgent)", WHISPER),
        ("(to Anna, very quietly)", Delivery("calm", 1.3)),
        ("(sits down; a little sadly)", Delivery("sad", 0.5)),
        ("(slightly angry)", Delivery("angry", 0.5)),
        ("through gritted teeth", Delivery("cold-anger")),
        ("(not angry)", None),
        ("(not angry, but sad)", SAD),
        ("(she sits)", None),
        ("(beat)", None),
        ("", None),
    ],
)
def test_directions(text: str, delivery: Delivery | None):
    assert delivery_of_direction(text) == delivery


@given(st.text())
def test_any_direction_can_be_read(text: str):
    delivery = delivery_of_direction(text)
    assert delivery is None or delivery.preset in presets()
