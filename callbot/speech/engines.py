"""Which model and which voice are used here, and opening them: the settings' choice, or the best that is installed."""

import asyncio
import logging
import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from callbot.config import Settings
from callbot.errors import CatalogueError, EngineError
from callbot.speech import catalogue, installed
from callbot.speech.catalogue import ENGINES, Engine, Item, Role
from callbot.speech.installed import State

if TYPE_CHECKING:  # numpy, which choosing needs not
    from callbot.speech.recognizer import RecognizerEngine
    from callbot.speech.synthesizer import Synthesizer

log = logging.getLogger(__name__)

LIBRARIES = {Engine.PIPER: "piper-tts", Engine.KOKORO: "piper-tts", Engine.PICO: "py-nanotts"}
"""The library whose version changes how an engine sounds (Kokoro takes its phonemes from Piper's)."""

WHAT = {Role.STT: "speech-to-text model", Role.TTS: "voice"}


@dataclass(frozen=True, slots=True)
class Choice:
    """The item in use, the folder it is in, and why it is this one, in words for the operator."""

    item: Item
    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What the settings ask of a role: an engine, or empty for any; a name, or empty for the engine's default."""

    engine: str
    name: str
    engine_setting: str
    name_setting: str


def wish(settings: Settings, role: Role) -> Wish:
    """What the settings ask of a role."""
    engine, name = (
        (settings.engine, settings.stt_model) if role is Role.STT else (settings.tts, settings.voice)
    )
    settings_names = ("engine", "stt_model") if role is Role.STT else ("tts", "voice")
    return Wish("" if engine == "auto" else engine, name, *settings_names)


def candidates(settings: Settings, role: Role) -> tuple[Item, ...]:
    """What may be used, best first: the named item alone, or the French ones of the wished engine, never a stand-in.

    Raises CatalogueError when the settings name what nobody has, or contradict each other.
    """
    items = catalogue.load(settings, role)
    asked = wish(settings, role)
    if asked.name:
        return (_named(settings, role, asked, items),)
    french = [item for item in items if item.language == "fr" and not item.stand_in]
    return tuple(
        item
        for item in sorted(french, key=lambda item: not item.automatic)
        if asked.engine in ("", item.engine)
    )


def to_pull(settings: Settings, role: Role) -> tuple[Item, ...]:
    """What `pull` without a name tries, in order, until one is had; empty when the machine has what it needs."""
    found = candidates(settings, role)
    folder = catalogue.folder(settings, role)
    states = {item.name: installed.state(item, folder)[0] for item in found if not item.comes_with_callbot}
    if damaged := tuple(item for item in found if states.get(item.name) is State.DAMAGED):
        return damaged
    if State.INSTALLED in states.values():
        return ()
    return tuple(item for item in found if item.automatic or wish(settings, role).name)


def choose(settings: Settings, role: Role) -> Choice:
    """The item in use. Raises CatalogueError naming what is wrong and the mend; a damaged item is never passed over."""
    folder = catalogue.folder(settings, role)
    asked = wish(settings, role)
    found = candidates(settings, role)
    passed_over: list[str] = []
    for item in found:
        state, problem = installed.state(item, folder)
        if state is State.INSTALLED:
            return Choice(item, folder / item.name, _reason(asked, passed_over))
        if asked.name or state is State.DAMAGED:
            raise CatalogueError(f"{item.name}: {problem}: run `{item.mend}`")
        if item.automatic:
            passed_over.append(f"{item.name}: {problem}")
    engine = f" for {asked.engine}" if asked.engine else ""
    raise CatalogueError(
        f"no French {WHAT[role]}{engine} is installed in {folder}: run `callbot {role.command} pull`"
    )


async def open_recognizer_engine(settings: Settings) -> "RecognizerEngine":
    """Load the chosen model, in a thread: seconds. Raises CatalogueError, or EngineError when the model does not load."""
    choice = choose(settings, Role.STT)
    log.debug("speech-to-text model chosen: %s (%s)", choice.item.name, choice.reason)
    return await asyncio.to_thread(_load_recognizer_engine, choice, settings)


def open_synthesizer(settings: Settings) -> "Synthesizer":
    """Load the chosen voice: blocking, about a second. Raises CatalogueError, or EngineError when the voice does not load."""
    choice = choose(settings, Role.TTS)
    log.debug("voice chosen: %s (%s)", choice.item.name, choice.reason)
    name, path, version = choice.item.name, choice.path, voice_version(choice)
    try:
        match choice.item.engine:
            case Engine.PIPER:
                from callbot.speech.piper import PiperSynthesizer

                return PiperSynthesizer(path, name, version)
            case Engine.KOKORO:
                from callbot.speech.kokoro import KokoroSynthesizer

                return KokoroSynthesizer(path, name, version)
            case _:
                from callbot.speech.pico import PicoSynthesizer

                return PicoSynthesizer(name, version)
    except EngineError as error:
        raise _unloadable(choice, error) from error


def voice_version(choice: Choice) -> str:
    """The library's version and the beginning of the voice's checksum: `1.8.0+1a2b3c4d`."""
    library = metadata.version(LIBRARIES[choice.item.engine])
    if choice.item.comes_with_callbot:
        return library
    return f"{library}+{installed.fingerprint(choice.item, choice.path.parent)}"


def _load_recognizer_engine(choice: Choice, settings: Settings) -> "RecognizerEngine":
    try:
        if choice.item.engine is Engine.VOSK:
            from callbot.speech.vosk import VoskEngine

            return VoskEngine(
                choice.path, choice.item.name, workers=settings.stt_workers, recognizers=settings.max_calls
            )
        from callbot.speech.whisper import WhisperEngine

        return WhisperEngine(choice.path, choice.item.name, workers=settings.stt_workers)
    except EngineError as error:
        raise _unloadable(choice, error) from error


def _unloadable(choice: Choice, error: EngineError) -> EngineError:
    return EngineError(f"{error}: run `callbot {choice.item.role.command} check {choice.item.name}`")


def _named(settings: Settings, role: Role, asked: Wish, items: tuple[Item, ...]) -> Item:
    """The item that the settings name: the catalogue's, or a folder that somebody put there for a given engine."""
    item = catalogue.find(items, asked.name)
    folder = catalogue.folder(settings, role)
    if item is None:
        return _unlisted(role, asked, folder)
    if asked.engine not in ("", item.engine):
        raise CatalogueError(
            f"{asked.name_setting}: '{asked.name}' is for {item.engine}, and {asked.engine_setting} is {asked.engine}"
        )
    return item


def _unlisted(role: Role, asked: Wish, folder: Path) -> Item:
    if not re.fullmatch(catalogue.NAME, asked.name) or not (folder / asked.name).is_dir():
        raise CatalogueError(
            f"{asked.name_setting}: '{asked.name}' is neither in the catalogue nor in {folder}: "
            f"`callbot {role.command} list` shows what can be had"
        )
    if asked.engine not in ENGINES[role]:
        engines = " or ".join(ENGINES[role])
        raise CatalogueError(
            f"{asked.name_setting}: '{asked.name}' is not in the catalogue: set {asked.engine_setting} to {engines}"
        )
    return Item(name=asked.name, role=role, engine=Engine(asked.engine), licence="unknown")


def _reason(asked: Wish, passed_over: list[str]) -> str:
    if asked.name:
        return f"named by {asked.name_setting}"
    chosen = f"the first installed for {asked.engine_setting} = {asked.engine or 'auto'}"
    return f"{chosen}; {'; '.join(passed_over)}" if passed_over else chosen
