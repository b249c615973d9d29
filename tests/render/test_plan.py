from dataclasses import replace

import pytest

from studio.consent.licences import StockVoice, load_stock_voices
from studio.core.errors import InputError
from studio.engines.base import Run
from studio.manuscript.delivery import Delivery, Prosody, prosody_of
from studio.manuscript.guide import Guide
from studio.render.plan import check_language, engine_info, installed_engines, plain, plan_line

GUIDE = Guide(((0.0, 0.4), (0.5, 1.0)), (None,), (0.0,))


def test_a_key_covers_everything_that_shapes_the_sound(tone: StockVoice):
    base = plan_line(plain("Good evening."), "en-GB", tone)
    others = [
        plan_line(plain("Good evening!"), "en-GB", tone),
        plan_line(plain("Good evening."), "en-US", tone),
        plan_line(plain("Good evening."), "en-GB", tone, seed=1),
        plan_line((Run("Good evening.", Delivery("sad"), prosody_of(Delivery("sad"))),), "en-GB", tone),
        plan_line((Run("Good evening.", prosody=Prosody(tilt_db=0.5)),), "en-GB", tone),
        plan_line((Run("Good evening.", event="laugh"),), "en-GB", tone),
        plan_line((Run("Good evening.", rest_s=0.5),), "en-GB", tone),
        plan_line((Run("Good"), Run("evening.")), "en-GB", tone),
        plan_line(plain("Good evening."), "en-GB", tone, guide=GUIDE),
        plan_line(plain("Good evening."), "en-GB", tone, guide=replace(GUIDE, level_db=(0.5,))),
        plan_line(plain("Good evening."), "en-GB", load_stock_voices()["tone_high"]),
        plan_line(plain("Good evening."), "en-GB", replace(tone, data_sha256="0" * 64)),
        plan_line(plain("Good evening."), "en-GB", load_stock_voices()["bf_emma"]),
    ]
    assert len({base.key, *(line.key for line in others)}) == 14
    assert plan_line(plain("Good evening."), "en-GB", tone) == base


def test_a_key_does_not_depend_on_names_or_licences(tone: StockVoice):
    renamed = replace(tone, name="Another", licence="MIT", licensor="Somebody")
    assert plan_line(plain("x"), "en-GB", renamed).key == plan_line(plain("x"), "en-GB", tone).key


def test_a_voice_reads_its_language_in_every_region(tone: StockVoice):
    check_language(tone, "en-AU")
    with pytest.raises(InputError, match="cannot read 'fi'"):
        check_language(tone, "fi")


def test_every_engine_tells_about_itself_without_its_model():
    assert {info.name for info in installed_engines()} >= {"fake", "kokoro"}
    assert engine_info("kokoro").weights == ("kokoro-82m-v1.0-int8",)
