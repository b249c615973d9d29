"""Everyday words: in capitals they are shouted or advertised, and no name or acronym is spelt like them."""

EVERYDAY: frozenset[str] = frozenset(
    """
    about above across afraid after again against ago ahead alive all almost alone along already alright also
    although always among angry another any anybody anymore anyone anything anyway anywhere are around asleep awake
    away back bad beautiful because become been before began begin behind believe below beneath beside best better
    between beware beyond big black bloody blue both bought break bring broke broken brother brought build built burn
    busy buy called calm came careful caught caution chance change cheap child children choose clean clear close
    closed cold come coming complete completely crazy cry damn danger dangerous dare daughter day days dead dear
    death decide deep despite did die died different dirty do does doing done door down dream drink drive drop dry
    during each early easy eat either else empty end enough enter entire even evening ever every everybody everyone
    everything everywhere exactly except exit face fact fall false family far fast father feel fell felt few fight
    finally find finish finished fire first fix floor fly follow food forbidden forever forget forgot forward found
    free fresh friend friends full fun gave gently girl give given glad go goes going gone gonna good goodbye got
    great green ground guess guilty had half hand hands happen happened happy hard hardly has hate hated have he hear
    heard heart heavy hell hello help her here herself hidden hide high him himself his hit hold home honest hot hour
    hours house how huge hungry hurry hurt husband idea idiot if impossible inside instead its itself jump just keep
    kept kick kill killed kind knew knock know known large last late later laugh learn least leave left less let
    letter liar lie life light like listen little live lived lock locked long look looked lose lost loud love loved
    low lucky lunch mad made magic maybe mean means meant meet mess middle might mind mine miss mistake mix money
    monster month months moon more morning most mother mouth move much murder music must my myself name near need
    needed neither never new news next night no nobody none nonsense nor not nothing notice now nowhere off offer
    often old once one only open opened other our ours out outside over own paid pain paper part past pay people
    perfect perhaps person place play please point poison police poor possible power precisely pretty private
    probably promise promised proof pull push put quick quickly quiet quite ran rather read ready real really red
    refuse remember rest rich ride right road room run running sad safe said sale same sat save saw say says school
    scream second secret see seen sell send serious seriously seven several shall she shop short should shout show
    shut sick side silence silent simple since sister sit sleep slow slowly small smart smile so sold some somebody
    someone something sometimes somewhere son soon sorry speak special stand stay still stole stop stopped story
    straight strange street strong stuff stupid such sudden suddenly summer sun suppose sure surely swear sweet take
    taken talk tell than thank thanks that the their them themselves then there these they thing things think this
    those though thought three through throw time times tired to today together told tomorrow tonight too took top
    totally touch toward town trouble true trust truth try trying turn twice two ugly under understand unless until
    up upon use used usual usually very voice wait walk wall want wanted war warm warning was watch water way we weak
    wear week weeks well went were what whatever when whenever where wherever which while whole whom whose why wife
    wild will window winter wish with within without woman women won wonder wonderful word words work world worse
    worst worth would write wrong wrote yard year years yell yes yesterday yet you young your yours yourself
    """.split()  # noqa: SIM905
)
