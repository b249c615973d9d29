import time
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.errors import InputError
from studio.manuscript.delivery import NEUTRAL, Delivery, presets
from studio.manuscript.ssml import MAX_CHARS, MSTTS, OURS, SSML, from_ssml, to_ssml
from studio.manuscript.tags import Event, Part, Rest, Said, Words, read_tags, write_tags
from tests.manuscript.strategies import PARTS

SAD = Delivery("sad")


def neutral(text: str) -> Words:
    return Words(text, NEUTRAL)


def speak(inside: str) -> str:
    return f'<speak version="1.1" xmlns="{SSML}" xmlns:mstts="{MSTTS}" xmlns:vv="{OURS}" xml:lang="en">{inside}</speak>'


def style(name: str, inside: str) -> str:
    return f"<mstts:express-as style='{name}'>{inside}</mstts:express-as>"


@given(PARTS)
def test_parts_survive_ssml(parts: tuple[Part, ...]):
    assert from_ssml(to_ssml(parts, "en-GB")) == parts


@given(PARTS)
def test_tagged_text_survives_ssml(parts: tuple[Part, ...]):
    written = write_tags(parts)
    assert write_tags(from_ssml(to_ssml(read_tags(written).parts, "en"))) == written


@pytest.mark.parametrize("name", list(presets()))
def test_every_delivery_survives_ssml(name: str):
    parts = (Words("Come here.", Delivery(name, 0.7, rate_percent=-10, pitch_st=1.5, range_percent=20, volume_db=-3)),)
    assert from_ssml(to_ssml(parts, "en")) == parts


def test_what_is_written_is_the_ssml_of_the_specifications():
    parts = read_tags("One. [sad:0.6 rate=-10% volume=-3dB] Two. [pause 1.2s] [cold anger] Three. [sigh]").parts
    root = ET.fromstring(to_ssml(parts, "en-GB"))
    assert root.tag == f"{{{SSML}}}speak"
    assert root.get("version") == "1.1"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en-GB"
    style = root.find(f"{{{MSTTS}}}express-as")
    assert style is not None
    assert (style.get("style"), style.get("styledegree")) == ("sad", "0.6")
    prosody = style.find(f"{{{SSML}}}prosody")
    assert prosody is not None
    assert (prosody.get("rate"), prosody.get("volume"), prosody.text) == ("90%", "-3dB", "Two.")
    pause = root.find(f"{{{SSML}}}break")
    assert pause is not None
    assert pause.get("time") == "1200ms"
    own = root.find(f"{{{OURS}}}delivery")
    assert own is not None
    assert (own.get("name"), own.text) == ("cold-anger", "Three.")
    sound = root.find(f"{{{OURS}}}event")
    assert sound is not None
    assert sound.get("name") == "sigh"


def test_what_xml_cannot_hold_is_dropped():
    assert from_ssml(to_ssml((neutral("a\x00b\x0bc\ufffe\ud800d"),), "en")) == (neutral("abcd"),)


@pytest.mark.parametrize(
    ("inside", "parts"),
    [
        ("<p>One.</p><p>Two.</p>", (neutral("One. Two."),)),
        ("<s>One.</s><s>Two.</s>", (neutral("One. Two."),)),
        ("a <unknown>b</unknown> c<mark name='x'/>d", (neutral("a b cd"),)),
        ("a <emphasis>b</emphasis> c", (neutral("a"), Words("b", Delivery("emphasis")), neutral("c"))),
        ("<emphasis level='strong'>b</emphasis>", (Words("b", Delivery("emphasis", 1.3)),)),
        ("a <break time='1.5s'/> b", (neutral("a"), Rest(1.5), neutral("b"))),
        ("a <break strength='strong'/> b", (neutral("a"), Rest(0.75), neutral("b"))),
        ("a <break strength='none'/> b <break time='0s'/> c", (neutral("a b c"),)),
        ("a <break time='1h'/> b", (neutral("a"), Rest(0.5), neutral("b"))),
        ("<break time='60s'/>", (Rest(10.0),)),
        (style("whispering", "b"), (Words("b", Delivery("whisper")),)),
        (style("terrified' styledegree='2", "b"), (Words("b", Delivery("fearful", 1.5)),)),
        (style("newscast", "b"), (neutral("b"),)),
        (style("sad", "a <break time='1s'/> b"), (Words("a", SAD), Rest(1.0), Words("b", SAD))),
        ("<prosody rate='slow' pitch='high'>b</prosody>", (Words("b", Delivery(rate_percent=-20, pitch_st=2)),)),
        ("<prosody rate='120%'>b</prosody>", (Words("b", Delivery(rate_percent=20)),)),
        ("<prosody rate='+20%'>b</prosody>", (Words("b", Delivery(rate_percent=20)),)),
        ("<prosody rate='0.8'>b</prosody>", (Words("b", Delivery(rate_percent=-20)),)),
        ("<prosody pitch='+50Hz' contour='(0%,+20Hz)'>b</prosody>", (neutral("b"),)),
        ("<prosody pitch='+900%' range='-99%'>b</prosody>", (Words("b", Delivery(pitch_st=12, range_percent=-90)),)),
        ("<prosody volume='silent'>b</prosody>", (Words("b", Delivery(volume_db=-20)),)),
        ("<prosody pitch='loud' rate=''>b</prosody>", (neutral("b"),)),
        ("<vv:event name='laugh'/><vv:event name='gunshot'/>b", (Event("laugh"), neutral("b"))),
        ("<vv:delivery name='nobody'>b</vv:delivery>", (neutral("b"),)),
        ("<audio src='file:///etc/passwd'><desc>a door</desc>knock</audio>", (neutral("knock"),)),
        ("<metadata>secret</metadata><!-- no --><?pi no?>b", (neutral("b"),)),
        ("[sad] &amp; {.sad}", (neutral("[sad] & {.sad}"),)),
        ("a <emphasis>b</emphasis>, c", (neutral("a"), Words("b,", Delivery("emphasis")), neutral("c"))),
        (style("sad", "a <emphasis level='none'>b</emphasis>"), (Words("a b", SAD),)),
        ("<prosody volume='50' pitch='3dB' range='2st'>b</prosody>", (neutral("b"),)),
        (
            "a <sub alias='World'>W</sub>, b",
            (neutral("a"), Words("W", NEUTRAL, Said("say", "World")), Words(", b", NEUTRAL, glued=True)),
        ),
        ("<phoneme ph='æn'>Ann</phoneme>", (Words("Ann", NEUTRAL, Said("ipa", "æn")),)),
        ("<phoneme alphabet='x-sampa' ph='{n'>Ann</phoneme> b", (neutral("Ann b"),)),
        ("<phoneme alphabet='ipa' ph='12'>Ann</phoneme> b", (neutral("Ann b"),)),
        ("<lang xml:lang='fr'>non</lang>", (Words("non", NEUTRAL, Said("lang", "fr")),)),
        ("<break time='0.123456s'/>", (Rest(0.123),)),
        ("", ()),
    ],
)  # fmt: skip
def test_ssml_of_others(inside: str, parts: tuple[Part, ...]):
    assert from_ssml(speak(inside)) == parts


def test_ssml_without_namespaces_is_read_too():
    assert from_ssml("<speak>a <break time='1s'/> b</speak>") == (neutral("a"), Rest(1.0), neutral("b"))


BOMB = '<!DOCTYPE speak [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><speak>&b;</speak>'
OUTSIDE = '<!DOCTYPE speak [<!ENTITY x SYSTEM "file:///etc/passwd">]><speak>&x;</speak>'


@pytest.mark.parametrize(
    "text",
    [BOMB, OUTSIDE, "<!DOCTYPE speak><speak>a</speak>", '<!DOCTYPE speak SYSTEM "http://example.org/x.dtd"><speak/>'],
)
def test_a_document_type_is_refused(text: str):
    with pytest.raises(InputError, match="document type"):
        from_ssml(text)


@pytest.mark.parametrize(
    "text", ["", "words", "<speak>", "<speak>&x;</speak>", "<a></b>", "<x:speak/>", "<speak>\x00</speak>"]
)
def test_what_is_no_xml_is_an_input_error_with_its_line(text: str):
    with pytest.raises(InputError) as caught:
        from_ssml(text)
    assert caught.value.where.startswith("line ")


def test_too_long_is_refused():
    with pytest.raises(InputError, match="too many"):
        from_ssml(f"<speak>{'a' * MAX_CHARS}</speak>")


def test_half_a_character_is_refused():
    with pytest.raises(InputError, match="surrogate"):
        from_ssml("<speak>a\ud800</speak>")


def test_too_deep_is_refused():
    started = time.process_time()
    with pytest.raises(InputError, match="nested too deep"):
        from_ssml(speak("<s>" * 50_000 + "</s>" * 50_000))
    assert time.process_time() - started < 2


def test_an_encoding_declared_in_text_that_is_decoded_already_does_not_count():
    assert from_ssml('<?xml version="1.0" encoding="iso-8859-1"?><speak>é</speak>') == (neutral("é"),)


@given(st.text(alphabet="<>/&;speakbrtim='\"[]! -?", max_size=60))
def test_any_text_is_read_or_refused(text: str):
    for source in (text, speak(text)):
        try:
            parts = from_ssml(source)
        except InputError:
            continue
        assert from_ssml(to_ssml(parts, "en")) == parts
