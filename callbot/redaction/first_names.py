"""First names that most callers have: they are names even where a recogniser writes them small, and as words of everyday life."""

from callbot.understanding.spoken_forms.words import word_set

FIRST_NAMES = word_set(
    "adam adele adrien agathe agnes aicha alain albert alexandra alexandre alexis alice alicia aline ambre amandine amelie amina anais "
    "andre andree angele angelique anna anne annette annie anthony antoine antoinette arlette armand arnaud arthur audrey aurelie aurelien "
    "axel aya baptiste bastien benjamin benoit bernadette bernard berthe bertrand brahim brigitte bruno camille carine carole caroline "
    "catherine cecile cedric celine chantal charles charlotte chloe christel christelle christian christiane christine christophe claire "
    "clara claude claudette claudine clemence clement colette corinne cyril damien daniel daniele danielle david delphine denis denise "
    "didier dominique dylan edith edouard elena eliane elisabeth elise ella elodie emile emilie emma emmanuel emmanuelle enzo eric erwan "
    "estelle esther ethan etienne eugene eva evelyne fabien fabienne fabrice fanny farid fatima fatma fernand fernande florence florent "
    "florian france francis franck francois francoise frederic frederique gabriel gabrielle gael gaelle genevieve georges georgette gerald "
    "gerard germain germaine ghislaine gilbert gilberte gilles ginette gisele gregory guillaume guy gwenaelle hamza helene henri henriette "
    "herve huguette hugo ibrahim ines irene isabelle jacqueline jacques jade jean jeanne jeannine jennifer jeremy jerome jessica joel "
    "joelle jonathan joseph josette josiane jordan jules julia julie julien juliette justine karim karine kevin khadija laetitia laura "
    "laure laurence laurent lea leila leo leon leonie liam lina loic lola louis louise luc lucas lucette lucie lucien lucienne ludovic "
    "lydie madeleine maeva malika manon manuel marc marcel marcelle marguerite maria marianne marie marine marion marius martin martine "
    "mathieu mathilde mathis matthieu maurice max maxime melanie melissa mia michael michel michele micheline mickael mireille mohamed "
    "monique morgane mustapha myriam nadia nadine nathalie nathan nicolas nicole noah noel noemie nora odette odile oceane olivier pascal "
    "pascale patrice patricia patrick paul paulette pauline philippe pierre pierrette quentin rachid raphael raymond raymonde rene renee "
    "remi robert roger roland romain rose roseline sabine sabrina said samia samir samuel sandra sandrine sara sarah sebastien serge "
    "severine simon simone sofia solange sonia sophie stephane stephanie steven suzanne sylvain sylvie tatiana teo theo theodore therese "
    "thierry thomas timeo tom valentin valerie vanessa veronique victor victoria vincent virginie viviane william xavier yann yannick "
    "yasmine youssef yves yvette yvon yvonne zoe"
)
NOT_NAMES = frozenset(("marié",))
"""Words that are first names only without their accents."""
