"""The table of all figures: what each is called, how it is made, and how that is said in French. Pure."""

from callbot.stats.facts import Ending
from callbot.stats.figure_parts import (
    Formula,
    count,
    endings,
    known_closed,
    mean,
    of,
    percentile,
    picked_up,
    ratio,
    satisfied,
    service_level,
    total,
)
from callbot.stats.tally import CLASS_MS, What

LONGEST = 100
"""The hundredth percentile is the largest value."""
OVER = tuple(ending for ending in Ending if ending not in (Ending.IN_PROGRESS, Ending.ABSENT))
"""The endings of calls in which there was somebody."""
PICKED_UP = tuple(ending for ending in OVER if ending is not Ending.REFUSED)
GONE = (Ending.ABANDONED_BOT, Ending.ABANDONED_QUEUE)
ROUNDED = "rang le plus proche, temps arrondis à 10 ms"
IN_SECONDS = "secondes entières, arrondies à la seconde supérieure"

FORMULAS = (
    Formula("offered", "Appels présentés", "calls", "nombre d'appels arrivés", total(What.OFFERED)),
    Formula("picked_up", "Appels décrochés", "calls", "appels présentés − appels refusés", picked_up),
    Formula(
        "answered",
        "Répondus par l'assistant",
        "calls",
        "appels terminés après au moins une réponse validée, sans qu'une personne ait été annoncée ni un rappel demandé",
        count(Ending.ANSWERED),
    ),
    Formula(
        "handed_over",
        "Passés à une personne",
        "calls",
        "appels qu'une personne a pris (ou qui lui ont été passés sur une ligne qui ne dit pas la suite)",
        count(Ending.AGENT),
    ),
    Formula(
        "callback",
        "Rappels demandés",
        "calls",
        "appels qu'aucune personne n'a pris et où un rappel a été demandé",
        count(Ending.CALLBACK),
    ),
    Formula(
        "abandoned",
        "Abandonnés",
        "calls",
        "appels abandonnés avec l'assistant + appels abandonnés dans la file d'attente",
        count(*GONE),
        better=-1,
    ),
    Formula(
        "abandoned_bot",
        "Abandonnés avec l'assistant",
        "calls",
        "appels terminés par l'appelant avant toute réponse, ou pendant l'annonce d'une personne",
        count(Ending.ABANDONED_BOT),
        better=-1,
    ),
    Formula(
        "abandoned_queue",
        "Abandonnés dans la file",
        "calls",
        "appels où l'appelant a raccroché en attendant une personne, sans demander de rappel",
        count(Ending.ABANDONED_QUEUE),
        better=-1,
    ),
    Formula(
        "not_reached",
        "Personne n'a répondu",
        "calls",
        "appels où une personne a été annoncée et n'a pu être jointe, sans rappel demandé ni abandon pendant l'attente",
        count(Ending.NOT_REACHED),
        better=-1,
    ),
    Formula(
        "closed",
        "Bureaux fermés",
        "calls",
        "appels où il fallait une personne quand les bureaux étaient fermés, sans réponse validée ensuite ni rappel demandé",
        count(Ending.CLOSED),
    ),
    Formula(
        "absent",
        "Sans interlocuteur",
        "calls",
        "appels où il n'y avait personne : tonalité d'une machine, musique, ou ligne restée muette",
        count(Ending.ABSENT),
    ),
    Formula(
        "refused",
        "Refusés",
        "calls",
        "appels arrivés quand toutes les lignes étaient occupées",
        count(Ending.REFUSED),
        better=-1,
    ),
    Formula("failed", "En échec", "calls", "appels terminés par une panne", count(Ending.FAILED), better=-1),
    Formula(
        "in_progress", "En cours", "calls", "appels qui n'étaient pas terminés", count(Ending.IN_PROGRESS)
    ),
    Formula(
        "out_of_hours",
        "Personne demandée, bureaux fermés",
        "calls",
        "appels où il fallait une personne et où l'assistant a dit qu'elle n'était pas là, quelle qu'en soit l'issue ;"
        " les autres appels reçus hors des heures d'ouverture n'y sont pas",
        total(What.NEEDED_WHEN_CLOSED),
    ),
    Formula(
        "closed_known",
        "Appels où l'on sait si les bureaux étaient fermés",
        "calls",
        "appels dont on sait s'il y avait quelqu'un pour la ligne appelée à leur arrivée ;"
        " ceux d'avant la version qui le note n'y sont pas",
        total(What.ARRIVED_KNOWN),
    ),
    Formula(
        "closed_offered",
        "Reçus, bureaux fermés",
        "calls",
        "appels arrivés quand il n'y avait personne pour la ligne appelée, d'après ses horaires, quelle qu'en soit l'issue ;"
        " sans valeur quand on ne le sait d'aucun appel",
        known_closed(What.ARRIVED_CLOSED),
    ),
    Formula(
        "closed_answered",
        "Répondus par l'assistant, bureaux fermés",
        "calls",
        "appels arrivés quand il n'y avait personne pour la ligne appelée, et répondus par l'assistant ;"
        " sans valeur quand on ne le sait d'aucun appel",
        known_closed(What.ANSWERED_CLOSED),
    ),
    Formula(
        "closed_answered_rate",
        "Part répondue, bureaux fermés",
        "ratio",
        "appels reçus et répondus par l'assistant quand les bureaux étaient fermés ÷ appels reçus quand ils étaient fermés",
        ratio(of(What.ANSWERED_CLOSED), of(What.ARRIVED_CLOSED)),
        better=1,
    ),
    Formula(
        "needed_agent",
        "Appels qui demandaient un agent",
        "calls",
        "appels terminés pendant lesquels une personne a été annoncée",
        total(What.NEEDED_AGENT),
    ),
    Formula(
        "handled_by_agent",
        "Appels traités par un agent",
        "calls",
        "appels terminés qu'une personne a pris",
        total(What.HANDLED_BY_AGENT),
    ),
    Formula(
        "automation_rate",
        "Taux d'automatisation",
        "ratio",
        "appels répondus par l'assistant ÷ appels décrochés et terminés, sans ceux où il n'y avait personne",
        ratio(endings(Ending.ANSWERED), endings(*PICKED_UP)),
        better=1,
    ),
    Formula(
        "answered_repeat_rate",
        "Rappels après une réponse de l'assistant",
        "ratio",
        "appels répondus par l'assistant dont le numéro a rappelé dans les 7 jours (168 heures) suivants"
        " ÷ appels répondus par l'assistant au numéro connu ; seulement les jours finis depuis 7 jours : avant, on ne sait pas encore",
        ratio(of(What.ANSWERED_AGAIN), of(What.ANSWERED_KNOWN)),
        better=-1,
    ),
    Formula(
        "repeat_rate",
        "Appels répétés sous 7 jours",
        "ratio",
        "appels dont le numéro avait déjà appelé dans les 7 jours (168 heures) précédents ÷ appels au numéro connu,"
        " sans les machines",
        ratio(of(What.REPEAT), of(What.KNOWN_CALLER)),
        better=-1,
    ),
    Formula(
        "repeat_caller_rate",
        "Appelants qui ont rappelé dans la journée",
        "ratio",
        "appelants qui ont appelé au moins deux fois dans la journée ÷ appelants distincts au numéro connu, sans les machines,"
        " comptés chaque jour ; sans objet pour une ligne, un service, une langue ou une heure",
        ratio(of(What.SECOND_OF_DAY), of(What.FIRST_OF_DAY)),
        better=-1,
    ),
    Formula(
        "agent_rate",
        "Taux de décroché par un agent",
        "ratio",
        "appels traités par un agent ÷ appels qui demandaient un agent (Services Publics+)",
        ratio(of(What.HANDLED_BY_AGENT), of(What.NEEDED_AGENT)),
        better=1,
    ),
    Formula(
        "global_rate",
        "Taux de décroché global",
        "ratio",
        "appels répondus par l'assistant ou traités par un agent ÷ appels présentés et terminés,"
        " sans ceux où il n'y avait personne (Services Publics+)",
        ratio(endings(Ending.ANSWERED, Ending.AGENT), endings(*OVER)),
        better=1,
    ),
    Formula(
        "service_level",
        "Pris en {level_s} secondes au plus",
        "ratio",
        "appels pris par un agent après {level_s} secondes d'attente au plus ÷ appels pris par un agent (l'attente étant connue)"
        " + abandonnés dans la file + où personne n'a répondu",
        service_level,
        better=1,
    ),
    Formula(
        "queue_abandon_rate",
        "Taux d'abandon dans la file",
        "ratio",
        "appels abandonnés dans la file ÷ appels qui demandaient un agent",
        ratio(endings(Ending.ABANDONED_QUEUE), of(What.NEEDED_AGENT)),
        better=-1,
    ),
    Formula(
        "pick_up_ms_p50",
        "Délai d'accueil, médiane",
        "ms",
        f"50ᵉ centile ({ROUNDED}) du temps entre l'arrivée de l'appel et le premier son de l'accueil, sonnerie non comprise",
        percentile(50, CLASS_MS, What.PICK_UP),
        better=-1,
    ),
    Formula(
        "pick_up_ms_p95",
        "Délai d'accueil, 95ᵉ centile",
        "ms",
        f"95ᵉ centile ({ROUNDED}) du temps entre l'arrivée de l'appel et le premier son de l'accueil, sonnerie non comprise",
        percentile(95, CLASS_MS, What.PICK_UP),
        better=-1,
    ),
    Formula(
        "answer_speed_s",
        "Attente moyenne avant un agent",
        "s",
        f"somme des attentes des appels pris par un agent ({IN_SECONDS}) ÷ nombre de ces appels",
        mean(What.WAIT),
        better=-1,
    ),
    Formula(
        "wait_s_p95",
        "Attente, 95ᵉ centile",
        "s",
        f"95ᵉ centile (rang le plus proche ; {IN_SECONDS}) des attentes, jusqu'à l'agent, l'abandon, le rappel demandé ou l'échec",
        percentile(95, 1, What.WAIT, What.LEFT, What.IN_VAIN),
        better=-1,
    ),
    Formula(
        "longest_wait_s",
        "Attente la plus longue",
        "s",
        f"plus longue attente ({IN_SECONDS}), jusqu'à l'agent, l'abandon, le rappel demandé ou l'échec",
        percentile(LONGEST, 1, What.WAIT, What.LEFT, What.IN_VAIN),
        better=-1,
    ),
    Formula(
        "handle_s",
        "Durée moyenne de traitement par un agent",
        "s",
        f"somme des conversations avec un agent ({IN_SECONDS}) ÷ nombre d'appels où elle est connue",
        mean(What.TALK),
    ),
    Formula(
        "call_s",
        "Durée moyenne d'un appel",
        "s",
        f"somme des durées des appels ({IN_SECONDS}) ÷ nombre de ces appels : décrochés et terminés, sans ceux où il n'y avait personne",
        ratio(of(What.SECONDS), of(What.TIMED)),
    ),
    Formula(
        "turns",
        "Prises de parole",
        "turns",
        "nombre de prises de parole des appelants",
        total(What.TURNS),
    ),
    Formula(
        "unanswered",
        "Questions sans réponse",
        "turns",
        "prises de parole non comprises, ou comprises mais sans réponse validée",
        total(What.UNANSWERED),
        better=-1,
    ),
    Formula(
        "no_match_rate",
        "Taux d'incompréhension",
        "ratio",
        "prises de parole non comprises ÷ prises de parole interprétées",
        ratio(of(What.NO_MATCH), of(What.DECIDED)),
        better=-1,
    ),
    Formula(
        "clarification_rate",
        "Taux de précision demandée",
        "ratio",
        "prises de parole suivies d'une question de précision ÷ prises de parole interprétées",
        ratio(of(What.CLARIFIED), of(What.DECIDED)),
        better=-1,
    ),
    Formula(
        "barge_in_rate",
        "Taux d'interruption",
        "ratio",
        "phrases de l'assistant interrompues par l'appelant ÷ phrases de l'assistant",
        ratio(of(What.INTERRUPTED), of(What.REPLIES)),
    ),
    Formula(
        "response_ms_p50",
        "Temps de réponse, médiane",
        "ms",
        f"50ᵉ centile ({ROUNDED}) du temps entre la fin de la parole et le premier son de la réponse",
        percentile(50, CLASS_MS, What.RESPONSE),
        better=-1,
    ),
    Formula(
        "response_ms_p95",
        "Temps de réponse, 95ᵉ centile",
        "ms",
        f"95ᵉ centile ({ROUNDED}) du temps entre la fin de la parole et le premier son de la réponse",
        percentile(95, CLASS_MS, What.RESPONSE),
        better=-1,
    ),
    Formula(
        "satisfaction",
        "Satisfaction moyenne, sur 5",
        "score",
        "somme des notes de 1 à 5 ÷ nombre de réponses",
        mean(What.SCORE),
        better=1,
    ),
    Formula(
        "satisfied_rate",
        "Appelants satisfaits",
        "ratio",
        "notes de 4 ou 5 ÷ nombre de réponses",
        ratio(satisfied, of(What.SCORE)),
        better=1,
    ),
    Formula(
        "satisfaction_response_rate",
        "Réponses à la question de satisfaction",
        "ratio",
        "nombre de réponses ÷ appels où la question a été posée",
        ratio(of(What.SCORE), of(What.ASKED_SATISFACTION)),
    ),
)
"""All of them, in the order in which they are read."""

BY_KEY = {formula.key: formula for formula in FORMULAS}
