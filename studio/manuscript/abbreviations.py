"""Abbreviations that end in a full stop without ending a sentence, per language."""

from dataclasses import dataclass, field


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Abbreviations:
    """What the sentence splitter knows about one language. All words are lower case, without the last full stop.

    Attributes:
        never: never the end of a sentence (titles, "e.g").
        before_number: no end where a number or Roman numeral follows ("No. 7").
        sometimes: an end only where the next word is one that usually starts a sentence ("Ltd. He").
        starters: words that usually start a sentence.
        speech_verbs: words that follow a quotation together with a name ('"Stop!" John cried').
        conjunctions: words before which an over-long sentence may be split.
        ordinal_dots: a number and a full stop is an ordinal ("am 3. Mai").
    """

    never: frozenset[str] = frozenset()
    before_number: frozenset[str] = frozenset()
    sometimes: frozenset[str] = frozenset()
    starters: frozenset[str] = frozenset()
    speech_verbs: frozenset[str] = frozenset()
    conjunctions: tuple[str, ...] = field(default=())
    ordinal_dots: bool = False


_ENGLISH = Abbreviations(
    never=_words(
        "mr mrs ms messrs mme mlle dr prof rev fr hon capt cpt lt col gen sgt maj cpl cmdr adm gov sen rep "
        "pres supt insp sr. st ste mt ft vs viz cf e.g i.e eg ie approx esp incl lit trans illus ed eds intro "
        "messrs rt asst det brig bros. mons sra sta pvt hrh"
    ),
    before_number=_words(
        "no nos p pp vol vols ch chap chaps fig figs art arts sec sect op cat ver v vv ll par para pl col "
        "cols bk pt ca c tel ext app ex jan feb mar apr jun jul aug sep sept oct nov dec"
    ),
    sometimes=_words(
        "inc ltd co corp bros plc jr sr esq ave rd blvd sq ln ct hwy dept univ est jan feb mar apr jun jul "
        "aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun al ibid u.s u.k u.s.a u.n d.c "
        "ph.d m.d b.a m.a a.d b.c b.c.e c.e r.n l.a n.y q.c k.c m.p"
    ),
    starters=_words(
        "a an the he she it they we you i his her its their our my your this that these those there then thus "
        "so but and or yet nor for if when while where what who why how as at by in on of to from with "
        "without after before since until although though because not no yes oh ah well now never nothing "
        "nobody everybody everything everyone perhaps however meanwhile still once one some many most all "
        "both each every let suddenly later soon such"
    ),
    speech_verbs=_words(
        "said says asked asks cried cries replied replies answered shouted whispered murmured muttered "
        "exclaimed called added began continued went observed remarked returned demanded repeated screamed "
        "yelled sighed laughed growled snapped gasped moaned roared interrupted echoed declared inquired "
        "enquired begged insisted thought wondered"
    ),
    conjunctions=("and", "but", "or", "because", "which", "who", "that", "when", "while", "where", "though", "until"),
)

_GERMAN = Abbreviations(
    never=_words(
        "hr hrn fr frl dr prof z.b d.h u.a bzw vgl ca str st u ä geb gest hl evtl ggf inkl sog ing dipl o.ä i.d.r"
    ),
    before_number=_words("nr s bd kap abb art abs vol jan feb mär apr jun jul aug sep sept okt nov dez"),
    sometimes=_words("usw etc co usf jh jhd n.chr v.chr"),
    starters=_words(
        "der die das ein eine er sie es wir ihr ich du dann da so und aber oder doch nun als wenn wie wo was "
        "wer warum in im am auf an mit von zu zum nach vor bei nicht kein keine ja nein alle dies diese "
        "dieser dieses jetzt hier dort"
    ),
    speech_verbs=_words("sagte fragte rief antwortete flüsterte schrie meinte erwiderte murmelte"),
    conjunctions=("und", "aber", "oder", "weil", "dass", "daß", "wenn", "als", "während"),
    ordinal_dots=True,
)

_FRENCH = Abbreviations(
    never=_words("m mm mme mmes mlle dr pr me mgr st ste cf c.-à-d p.ex ex env"),
    before_number=_words("n no p pp vol chap art fig t janv févr avr juil sept oct nov déc"),
    sometimes=_words("etc av apr j.-c s.a cie"),
    starters=_words(
        "le la les un une des il elle ils elles on nous vous je tu ce cette ces et mais ou donc or ni car "
        "puis alors quand si dans en à au aux sur sous avec sans pour par de du que qui quoi comment pourquoi "
        "oui non c'est l' d' j'"
    ),
    speech_verbs=_words("dit demanda répondit cria murmura"),
    conjunctions=("et", "mais", "ou", "car", "que", "qui", "quand", "lorsque", "parce"),
)

_SPANISH = Abbreviations(
    never=_words("sr sra sres sras srta dr dra d dña ud uds vd vds prof gral cap p.ej ej av sto sta fr"),
    before_number=_words("n núm no pág págs p pp vol cap art fig"),
    sometimes=_words("etc cía s.a ee.uu a.c d.c"),
    starters=_words(
        "el la los las un una él ella ellos yo tú y pero o si cuando como en de a con sin por para que no sí"
    ),
    speech_verbs=_words("dijo preguntó respondió gritó"),
    conjunctions=("y", "e", "pero", "o", "porque", "que", "cuando", "mientras"),
)

_ITALIAN = Abbreviations(
    never=_words("sig sigg sig.ra sig.na dott dott.ssa prof prof.ssa ing avv on mons p.es ecc.mo s egr gent"),
    before_number=_words("n nn p pp pag pagg vol cap art fig"),
    sometimes=_words("ecc etc s.p.a a.c d.c"),
    starters=_words(
        "il lo la i gli le un una egli lui lei essi io tu e ma o se quando come in di a con per che non sì"
    ),
    speech_verbs=_words("disse chiese rispose gridò"),
    conjunctions=("e", "ed", "ma", "o", "perché", "che", "quando", "mentre"),
)

_PORTUGUESE = Abbreviations(
    never=_words("sr sra srs sras srta dr dra d prof profa exmo exma p.ex av sto sta"),
    before_number=_words("n nº no pág págs p pp vol cap art fig"),
    sometimes=_words("etc cia ltda s.a a.c d.c"),
    starters=_words("o a os as um uma ele ela eles eu tu e mas ou se quando como em de no na com por para que não sim"),
    speech_verbs=_words("disse perguntou respondeu gritou"),
    conjunctions=("e", "mas", "ou", "porque", "que", "quando", "enquanto"),
)

_BY_LANGUAGE = {
    "en": _ENGLISH,
    "de": _GERMAN,
    "fr": _FRENCH,
    "es": _SPANISH,
    "it": _ITALIAN,
    "pt": _PORTUGUESE,
}
_UNKNOWN = Abbreviations()


def abbreviations_of(language: str) -> Abbreviations:
    """What is known about a language, by its BCP 47 tag; an empty table for a language not listed."""
    return _BY_LANGUAGE.get(language.partition("-")[0].lower(), _UNKNOWN)
