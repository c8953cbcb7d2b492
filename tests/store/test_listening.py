"""Who has listened to what, known to every machine of a database."""

from callbot.database import Database
from callbot.listening import Heard, Listens

TEXT = "La mairie est fermée cet après-midi."


async def test_what_was_sent_on_one_machine_is_heard_on_another(database: Database) -> None:
    """By that person, of that text and that message alone; a restart forgets nothing."""
    here, there = Listens(database), Listens(database)
    assert not await there.heard(Heard.MESSAGE, 1, TEXT, by="sophie")
    await here.sent(Heard.MESSAGE, 1, TEXT, to="sophie")
    for what, number, text, by in (
        (Heard.ANSWER, 1, TEXT, "sophie"),
        (Heard.MESSAGE, 2, TEXT, "sophie"),
        (Heard.MESSAGE, 1, "La mairie est ouverte.", "sophie"),
        (Heard.MESSAGE, 1, TEXT, "bruno"),
    ):
        assert not await there.heard(what, number, text, by=by)
    assert await there.heard(Heard.MESSAGE, 1, TEXT, by="sophie")


async def test_another_text_is_to_be_listened_to_anew(database: Database) -> None:
    """The sound that was sent last counts."""
    listens = Listens(database)
    await listens.sent(Heard.ANSWER, 7, TEXT, to="sophie")
    await listens.sent(Heard.ANSWER, 7, "Autre chose.", to="sophie")
    assert not await listens.heard(Heard.ANSWER, 7, TEXT, by="sophie")
    assert await listens.heard(Heard.ANSWER, 7, "Autre chose.", by="sophie")
