"""Which model and which voice are used here, and opening them: the settings' choice, or the best that is installed."""

import asyncio
import logging
import re
from collections.abc import Sequence
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


def candidates(settings: Settings, role: Role, language: str = "fr") -> tuple[Item, ...]:
    """What may be used in `language`, best first, never a stand-in.

    In French the named item alone, or those of the wished engine. In another language the settings are only a preference: the named
    item if it knows the language, else those of the wished engine before the others.
    Raises CatalogueError when the settings name what nobody has, or contradict each other.
    """
    items = catalogue.load(settings, role)
    asked = wish(settings, role)
    named = _named(settings, role, asked, items) if asked.name else None
    if named and (language == "fr" or named.knows(language)):
        return (named,)
    fit = [item for item in items if item.knows(language) and not item.stand_in]
    ordered = sorted(fit, key=lambda item: not item.automatic)
    if language == "fr":
        return tuple(item for item in ordered if asked.engine in ("", item.engine))
    engine = named.engine if named else asked.engine
    return tuple(sorted(ordered, key=lambda item: engine not in ("", item.engine)))


def to_pull(settings: Settings, role: Role, language: str = "fr") -> tuple[Item, ...]:
    """What `pull` without a name tries, in order, until one is had; empty when the machine has what it needs."""
    found = candidates(settings, role, language)
    folder = catalogue.folder(settings, role)
    states = {item.name: installed.state(item, folder)[0] for item in found if not item.comes_with_callbot}
    if damaged := tuple(item for item in found if states.get(item.name) is State.DAMAGED):
        return damaged
    if State.INSTALLED in states.values():
        return ()
    return tuple(item for item in found if item.automatic or wish(settings, role).name == item.name)


def choose(settings: Settings, role: Role, language: str = "fr") -> Choice:
    """The item in use. Raises CatalogueError naming what is wrong and the mend; a damaged item is never passed over."""
    folder = catalogue.folder(settings, role)
    asked = wish(settings, role)
    found = candidates(settings, role, language)
    passed_over: list[str] = []
    for item in found:
        state, problem = installed.state(item, folder)
        if state is State.INSTALLED:
            return Choice(item, folder / item.name, _reason(asked, item, passed_over))
        if asked.name == item.name or state is State.DAMAGED:
            raise CatalogueError(f"{item.name}: {problem}: run `{item.mend}`")
        if item.automatic:
            passed_over.append(f"{item.name}: {problem}")
    engine = f" for {asked.engine}" if asked.engine and language == "fr" else ""
    kind = f"French {WHAT[role]}" if language == "fr" else f"{WHAT[role]} in '{language}'"
    raise CatalogueError(f"no {kind}{engine} is installed in {folder}: run `callbot {role.command} pull`")


def choose_fast(settings: Settings, languages: Sequence[str] = ("fr",)) -> Choice | None:
    """The faster model for high load; None when none is set. Raises CatalogueError naming what is wrong and the mend."""
    name = settings.stt_fast_model
    if not name:
        return None
    folder = catalogue.folder(settings, Role.STT)
    engine = "" if settings.engine == "auto" else settings.engine
    item = catalogue.find(catalogue.load(settings, Role.STT), name)
    item = item or _unlisted(Role.STT, Wish(engine, name, "engine", "stt_fast_model"), folder)
    state, problem = installed.state(item, folder)
    if state is not State.INSTALLED:
        raise CatalogueError(f"{item.name}: {problem}: run `{item.mend}`")
    if not any(map(item.knows, languages)):
        raise CatalogueError(
            f"stt_fast_model: '{name}' knows none of the languages in use ({', '.join(languages)})"
        )
    return Choice(item, folder / item.name, "named by stt_fast_model")


async def open_recognizer_engine(
    settings: Settings, languages: Sequence[str] = ("fr",), *, prompt: str = ""
) -> "RecognizerEngine":
    """Load the chosen models, in a thread: seconds. Raises CatalogueError, or EngineError when one does not load.

    An engine of several languages lends recognisers that turn from one to another; a model that knows them all is loaded once.
    Whisper is told `prompt` before French utterances; Vosk cannot be told anything.
    """
    choices = {language: choose(settings, Role.STT, language) for language in languages}
    fast = choose_fast(settings, languages)
    for language, choice in choices.items():
        log.debug("speech-to-text model chosen for %s: %s (%s)", language, choice.item.name, choice.reason)
    return await asyncio.to_thread(_load_recognizer_engines, choices, fast, settings, prompt)


def open_synthesizer(settings: Settings, language: str = "fr") -> "Synthesizer":
    """Load the chosen voice: blocking, about a second. Raises CatalogueError, or EngineError when the voice does not load."""
    choice = choose(settings, Role.TTS, language)
    log.debug("voice chosen for %s: %s (%s)", language, choice.item.name, choice.reason)
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

                return PicoSynthesizer(name, version, choice.item.language)
    except EngineError as error:
        raise _unloadable(choice, error) from error


def voice_version(choice: Choice) -> str:
    """The library's version and the beginning of the voice's checksum: `1.8.0+1a2b3c4d`."""
    library = metadata.version(LIBRARIES[choice.item.engine])
    if choice.item.comes_with_callbot:
        return library
    return f"{library}+{installed.fingerprint(choice.item, choice.path.parent)}"


def _load_recognizer_engines(
    choices: dict[str, Choice], fast: Choice | None, settings: Settings, prompt: str
) -> "RecognizerEngine":
    """One engine for all, each model loaded once; what is loaded is closed when another one fails."""
    from callbot.speech.in_languages import EngineInLanguages
    from callbot.speech.two_speeds import EngineInTwoSpeeds

    loaded: dict[Path, RecognizerEngine] = {}
    try:
        for choice in (*choices.values(), *([fast] if fast else [])):
            if choice.path not in loaded:
                loaded[choice.path] = _load_recognizer_engine(choice, settings, prompt)
    except BaseException:
        for engine in loaded.values():
            asyncio.run(engine.close())
        raise
    engines = {language: loaded[choice.path] for language, choice in choices.items()}
    for language, engine in engines.items():
        if fast and fast.path != choices[language].path and fast.item.knows(language):
            engines[language] = EngineInTwoSpeeds(engine, loaded[fast.path])
    return EngineInLanguages(engines) if len(engines) > 1 else engines[next(iter(engines))]


def _load_recognizer_engine(choice: Choice, settings: Settings, prompt: str) -> "RecognizerEngine":
    try:
        if choice.item.engine is Engine.VOSK:
            from callbot.speech.vosk import VoskEngine

            return VoskEngine(
                choice.path, choice.item.name, workers=settings.stt_workers, recognizers=settings.most_calls
            )
        from callbot.speech.whisper import WhisperEngine

        return WhisperEngine(choice.path, choice.item.name, workers=settings.stt_workers, prompt=prompt)
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


def _reason(asked: Wish, item: Item, passed_over: list[str]) -> str:
    if asked.name == item.name:
        return f"named by {asked.name_setting}"
    chosen = f"the first installed for {asked.engine_setting} = {asked.engine or 'auto'}"
    return f"{chosen}; {'; '.join(passed_over)}" if passed_over else chosen
