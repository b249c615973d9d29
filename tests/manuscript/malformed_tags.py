"""Tags gone wrong, as people write them: not one may be heard."""

from typing import Final

MALFORMED: Final = (
    # names that are none
    "[sadd]", "[hapy]", "[wisper]", "[whispr]", "[exited]", "[anrgy]", "[calmm]", "[tendr]", "[fearfull]", "[shoutt]",
    "[emphassis]", "[urgentt]", "[neutrall]", "[serius]", "[warmth]", "[SADD]", "[Sadd]", "[melancholy]", "[sarcastic]",
    "[sad!]", "[sad?]", "[sad.]", "[sad-]", "[*sad*]", "[sad/]", "[/sad]", "[/whisper]", "[end]", "[stop]", "[<sad>]",
    # intensities
    "[sad:]", "[sad=]", "[sad:9]", "[sad:1.6]", "[sad:-1]", "[sad:abc]", "[sad:0,6]", "[sad 0.6]", "[sad 600%]",
    "[sad:60000000000]", "[sad::0.6]", "[sad:0.6:0.7]", "[sad %]", "[sad:0.6.1]", "[:0.6]", "[80%]", "[sad:half]",
    "[sad:nan]", "[sad:inf]", "[sad:1e3]",
    # offsets
    "[rate=]", "[rate=fast]", "[rate=10st]", "[rate=-90%]", "[rate=500%]", "[pitch=high]", "[pitch=3dB]",
    "[pitch=+99st]", "[pitch=-100%]", "[volume=loud]", "[volume=+90dB]", "[vol=]", "[range=5st]", "[speed=x]",
    "[sad rate=]", "[sad rate=-10% rate=5%]", "[sad rate=--10%]", "[sad tempo=-10%]", "[sad, rate -10%]",
    "[+rate=-10%]",
    "[whispr rate=-10%]", "[sad rate=10% and slow]", "[volume=3 decibels]",
    # pauses
    "[pause 1 hour]", "[pause5s]", "[pause 0s]", "[pause 99s]", "[pause -1s]", "[pause one second]", "[pause 1.2]",
    "[pause 1,2s]", "[pause:]", "[pause=]", "[pause 1.2 s s]", "[paus]", "[puase 1s]", "[pausee 300ms]", "[beats]",
    "[beat 1s]", "[long pause 2s]", "[longpause]", "[pause 1e3s]", "[pause 10000000s]", "[1.2s]", "[break]",
    # sounds
    "[laughh]", "[laughs softly]", "[sigh:0.5]", "[sighh]", "[gasp loudly]", "[cough 2]", "[clear throat loudly]",
    "[clearthroat]", "[gunshot]", "[applause]", "[breath 1s]", "[groan/sigh]",
    # brackets in brackets, braces, spans
    "[[sad]]", "[[sadd]]", "[sa[d]]", "[sad:[9]]", "[ [laughs softly] ]", "[pause [1] hour]", "[sad\t:9]", "{.sadd}",
    "{.sad:9}", "{.}", "{sad rate=}", "[]{sad:9}", "[]{sadd}", "[ ]{.}",
)  # fmt: skip
"""More than a hundred. None holds a word, a pause or a sound that should be heard, and none changes the delivery."""
