"""What a call's seat is asked: by the call, by the queue's news, and what the queue is told for it. No I/O."""

from collections.abc import Callable
from datetime import datetime

from callbot.events import EnterQueue, LookAtQueue, QueueWord, TellQueue
from callbot.humans.queue_events import (
    CallBackChosen,
    CallerHungUp,
    CallerWithdrew,
    OfferAccepted,
    OfferDeclined,
    OfferRangOut,
    PassedInVain,
    PlaceEvent,
    TalkEnded,
)

EVENTS: dict[QueueWord, Callable[[datetime], PlaceEvent]] = {
    QueueWord.ACCEPTED: OfferAccepted,
    QueueWord.DECLINED: OfferDeclined,
    QueueWord.RANG_OUT: OfferRangOut,
    QueueWord.HUNG_UP: CallerHungUp,
    QueueWord.CALL_BACK: CallBackChosen,
    QueueWord.WITHDRAWN: CallerWithdrew,
    QueueWord.NOBODY: PassedInVain,
    QueueWord.TALK_ENDED: TalkEnded,
}

PARTS = (QueueWord.HUNG_UP, QueueWord.CALL_BACK, QueueWord.WITHDRAWN, QueueWord.TALK_ENDED)
"""After these the call is on no line of the queue's, unless it is passed on."""


class Look:
    """Something has changed about the place."""


class Refer:
    """The PBX is to send the caller to a person of its own."""


class TakeBack:
    """It has not done so."""


class Rewrite:
    """What an agent must read has come to the card."""


LOOK = Look()
Asked = EnterQueue | TellQueue | LookAtQueue | Look | Refer | TakeBack | Rewrite
