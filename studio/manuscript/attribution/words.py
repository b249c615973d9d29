"""The words by which speech and people are told apart: verbs of saying, titles, nouns for people, first names."""

from typing import Final

MALE: Final = "male"
FEMALE: Final = "female"

SPEECH_VERBS: Final = frozenset(
    """
    said says say asked asks ask cried cries replied replies answered answers called calls shouted shouts yelled yells whispered
    whispers murmured murmurs muttered mutters mumbled mumbles exclaimed exclaims remarked remarks observed observes added adds
    continued continues went repeated repeats returned returns responded responds retorted retorts rejoined inquired
    inquires enquired enquires demanded demands declared declares announced announces explained explains insisted insists
    suggested suggests protested protests objected objects agreed agrees admitted admits assented confessed confesses
    conceded concedes snapped snaps growled growls grunted grunts groaned groans moaned moans sighed sighs gasped gasps
    panted laughed laughs chuckled chuckles giggled sobbed sobs wailed wails screamed screams shrieked shrieks roared roars
    bellowed bellows boomed booms thundered bawled barked barks hissed hisses breathed breathes stammered stammers stuttered
    faltered begged begs pleaded pleads urged urges warned warns promised promises ordered orders commanded commands
    told tells began begins resumed resumes proceeded concluded finished ended put interrupted interrupts broke interposed
    interjected echoed echoes ventured ventures offered offers volunteered reminded reminds assured assures reflected
    mused muses wondered thought considered decided commented noted pointed corrected conjectured hazarded drawled
    croaked crooned cooed purred piped squeaked squealed lisped sang chanted intoned recited read quoted sneered scoffed
    jeered teased joked quipped grumbled complained whined whimpered apologised apologized soothed comforted greeted
    invited advised counselled counseled instructed informed confided confirmed denied lied swore cursed vowed prompted
    persisted pressed pursued encouraged acknowledged allowed affirmed asserted averred maintained argued reasoned
    countered challenged accused blurted burst chimed chipped ejaculated vociferated bantered expostulated remonstrated
    grinned smiled smirked nodded shrugged frowned rasped spat snarled howled hooted hollered implored entreated queried
    questioned speculated supplied summarised summarized translated twinkled yawned coughed sniffed snorted
    """.split()
)
"""Verbs that carry a speech tag. Some of them (smiled, nodded) do so only next to a line that ends with a comma."""

GESTURES: Final = frozenset(
    """
    grinned smiled smirked nodded shrugged frowned coughed yawned twinkled laughed laughs chuckled chuckles giggled went put
    broke burst returned read pressed pointed finished ended thought considered wondered decided reflected told
    tells began begins pursued nodded sighed sighs
    """.split()
)
"""Of the verbs of saying, those that mean something else as often."""

ADVERBS_BEFORE: Final = frozenset(
    "then also only just again now merely simply still even almost suddenly finally never had quickly slowly both all".split()
)

TITLES: Final[dict[str, str]] = {
    "mr": MALE, "mrs": FEMALE, "miss": FEMALE, "ms": FEMALE, "sir": MALE, "lady": FEMALE, "lord": MALE, "madam": FEMALE,
    "madame": FEMALE, "monsieur": MALE, "mademoiselle": FEMALE, "signor": MALE, "signora": FEMALE, "signorina": FEMALE,
    "señor": MALE, "señora": FEMALE, "herr": MALE, "frau": FEMALE, "fräulein": FEMALE, "master": MALE, "dame": FEMALE,
    "uncle": MALE, "aunt": FEMALE, "auntie": FEMALE, "brother": MALE, "sister": FEMALE, "father": MALE, "mother": FEMALE,
    "grandfather": MALE, "grandmother": FEMALE, "king": MALE, "queen": FEMALE, "prince": MALE, "princess": FEMALE,
    "duke": MALE, "duchess": FEMALE, "count": MALE, "countess": FEMALE, "baron": MALE, "baroness": FEMALE,
    "dr": "", "doctor": "", "professor": "", "prof": "", "captain": "", "colonel": "", "major": "", "general": "",
    "lieutenant": "", "sergeant": "", "corporal": "", "private": "", "inspector": "", "constable": "", "detective": "",
    "superintendent": "", "nurse": "", "judge": "", "reverend": "", "rev": "", "bishop": "", "president": "", "admiral": "",
    "commander": "", "chief": "", "officer": "", "agent": "", "cousin": "", "old": "", "young": "", "little": "",
}  # fmt: skip
"""Words before a name, in lower case and without full stop, with the gender they give; empty where either."""

EPITHETS: Final = frozenset({"old", "young", "little"})
SHORT_TITLES: Final = {"dr": "doctor", "prof": "professor", "rev": "reverend"}

PEOPLE: Final[dict[str, str]] = {
    "man": MALE, "woman": FEMALE, "boy": MALE, "girl": FEMALE, "lady": FEMALE, "gentleman": MALE, "lad": MALE, "lass": FEMALE,
    "husband": MALE, "wife": FEMALE, "father": MALE, "mother": FEMALE, "son": MALE, "daughter": FEMALE, "brother": MALE,
    "sister": FEMALE, "uncle": MALE, "aunt": FEMALE, "nephew": MALE, "niece": FEMALE, "grandfather": MALE,
    "grandmother": FEMALE, "landlady": FEMALE, "landlord": MALE, "waitress": FEMALE, "waiter": MALE, "king": MALE,
    "queen": FEMALE, "prince": MALE, "princess": FEMALE, "maid": FEMALE, "butler": MALE, "chap": MALE, "fellow": MALE,
    "schoolmaster": MALE, "schoolmistress": FEMALE, "widow": FEMALE, "bride": FEMALE, "groom": MALE, "nun": FEMALE,
    "monk": MALE, "priest": MALE, "vicar": MALE, "parson": MALE, "housekeeper": FEMALE, "hostess": FEMALE, "host": MALE,
    "actress": FEMALE, "policeman": MALE, "policewoman": FEMALE, "fisherman": MALE, "postman": MALE, "salesman": MALE,
    "child": "", "baby": "", "stranger": "", "visitor": "", "doctor": "", "professor": "", "captain": "", "colonel": "",
    "major": "", "general": "", "sergeant": "", "inspector": "", "constable": "", "detective": "", "nurse": "", "judge": "",
    "driver": "", "cabman": MALE, "porter": MALE, "clerk": "", "teacher": "", "student": "", "lawyer": "", "farmer": "",
    "soldier": "", "sailor": "", "guard": "", "cook": "", "gardener": "", "servant": "", "secretary": "", "manager": "",
    "owner": "", "editor": "", "cousin": "", "friend": "", "companion": "", "neighbour": "", "neighbor": "", "guest": "",
    "shopkeeper": "", "innkeeper": "", "barman": MALE, "barmaid": FEMALE, "baker": "", "butcher": "", "officer": "",
    "lieutenant": "", "corporal": "", "bishop": "", "president": "", "admiral": "", "commander": "", "chief": "", "pilot": "",
    "patient": "", "prisoner": "", "thief": "", "kid": "", "teenager": "", "person": "", "lodger": "", "painter": "",
    "hired": "", "urchin": "", "youth": MALE, "youngster": "", "mate": "", "curate": MALE, "retriever": "",
}  # fmt: skip
"""Nouns for people that stand in for a name, with their gender; empty where either."""

NAMELESS: Final = frozenset({"man", "woman", "boy", "girl", "lady", "gentleman", "lad", "lass", "chap", "fellow", "child",
    "stranger", "person", "kid", "youth", "youngster", "friend", "companion", "visitor", "other", "speaker"})  # fmt: skip
"""Of those nouns, the ones that any person of the scene may be meant by."""

CHILD_WORDS: Final = frozenset("boy child lad kid youngster urchin baby infant schoolboy schoolgirl".split())
OLD_WORDS: Final = frozenset(
    "old elderly aged ancient grandfather grandmother grey-haired gray-haired white-haired wrinkled".split()
)
YOUNG_WORDS: Final = frozenset("young girl lass youth youthful teenager teenage student".split())

BODY: Final = frozenset(
    "voice eyes eye face hand hands lips mouth smile tone head brow jaw shoulders cheeks fingers fist grin laugh".split()
)
"""Parts that act for their owner: "Her voice shook"."""

ELISIONS: Final = frozenset(
    """
    tis twas twere twill twould em im er ere ave as is ad ow ome ouse alf ead and ello arriet ope orse n til till cause
    cos bout round neath gainst mongst less fraid nother bye kay sup tain twasn tisn course nuff scuse ee un
    """.split()
)
"""What is left of words whose beginning is written as an apostrophe ('tis, 'em, 'ello)."""

MALE_NAMES: Final = frozenset(
    """
    adam alan albert alec alexander alfred andrew anthony archie arthur barry ben benjamin bernard bill billy bob bobby
    brian charles charlie chris christopher claude colin cyril daniel dave david dennis dick donald douglas duncan eddie
    edgar edmund edward edwin eric ernest felix francis frank fred freddie frederick gareth geoffrey george gerald
    gilbert giles gordon graham gregory guy hal harold harry hector henry herbert horace howard hubert hugh hugo humphrey
    ian isaac ivan jack jacob jake james jamie jasper jeeves jeff jeremy jerry jim jimmy joe joel john johnny jonathan joseph
    josh joshua julian karl keith ken kenneth kevin lance laurence lawrence leo leonard lewis lionel louis luke malcolm mark
    martin matthew maurice max michael mike miles nat nathan nathaniel ned neil neville nicholas nick nigel noah norman
    oliver oscar oswald otto owen patrick paul percy peter phil philip pip ralph ray raymond reginald rex richard rob robert
    robin rodney roger roland ron ronald rory rupert sam samuel sebastian sidney simon stanley stephen steve steven stuart ted
    terence terry theodore thomas tim timothy tom tomas tommy tony victor vincent walter wilf wilfred will william
    """.split()
)
FEMALE_NAMES: Final = frozenset(
    """
    abigail ada adela agatha agnes alice alison amanda amelia amy angela anita ann anna anne annie audrey barbara beatrice
    becky belinda bella bertha bessie beth betty brenda bridget carol caroline catherine cecilia celia charlotte chloe
    christina christine clara clare clarissa claudia constance cora cynthia daisy daphne deborah della diana dolly dora
    doris dorothy edith edna eileen elaine eleanor eliza elizabeth ella ellen elsie emily emma esther ethel eva eve evelyn
    fanny fiona flora florence frances freda georgina gertrude gladys grace gwen hannah harriet hazel heather helen helena
    henrietta hilda ida ilse irene iris isabel isabella ivy jane janet jean jemima jennifer jenny jessica jessie jill joan
    joanna josephine joy judith judy julia juliet june kate katherine kathleen kitty laura lavinia lily linda lisa lizzie
    louisa louise lucy lydia mabel maggie mara margaret maria marian marie marion marjorie martha mary maud maureen may mildred
    millie minnie miranda miriam molly monica muriel nan nance nancy nell nellie nora norah olive olivia pamela patricia paula
    pauline peggy penelope phoebe phyllis polly rachel rebecca rhoda rita rosa rosalind rose rosemary ruby ruth sally sarah sheila
    sophia sophie stella susan sybil sylvia tabitha theresa ursula vera veronica victoria viola violet virginia winifred
    """.split()
)

NOT_NAMES: Final = frozenset(
    """
    i a an the and but or so yes no not now then there here this that these those he she it we you they his her its our
    your their my me him them us who what when where why how which well oh ah eh hm hmm um er ha hey hi hello hullo good
    god lord heavens gad jove please thank thanks let come go look listen wait stop sit stand take give put get tell
    ask say said do don did didn does is isn are aren was wasn were have has had can could will would shall should may
    might must if as at by for from in into of off on out over to under up upon with without after before since until while
    because though although unless one two three four five six seven eight nine ten eleven twelve first second third last
    next another some any all both each every many much more most never always often once perhaps maybe still just
    only even too very quite rather really certainly indeed however therefore meanwhile nobody somebody everybody anybody
    nothing something everything anything someone everyone anyone none sir madam ma'am miss mister dear darling monday tuesday
    wednesday thursday friday saturday sunday january february march april may june july august september october
    november december english french german italian spanish european american british chapter part book mr mrs ms
    dr god's ladies gentlemen upstairs downstairs outside inside behind beside beneath beyond between among across along
    above below around against about near nearly exactly immaterial excellent splendid business go children knowledge
    error ten bathing winter summer autumn spring north south east west morning evening night noon
    half keep push like beats mind call sure nonsense rubbish quiet quick enough right wrong true false
    poor old young little great big such same other own why because whether whose whom than
    """.split()
)
"""Capitalised at the beginning of a sentence or by custom, and no names."""

PLACE_WORDS: Final = frozenset("in at to from near through across toward towards into via for".split())
