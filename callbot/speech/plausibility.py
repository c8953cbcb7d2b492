"""Did the recogniser hear words, or invent them? Rules for Whisper, which writes sentences for noise, music and tones. No I/O.

The limits come from 320 decodings of silence, noises, tones and music and 214 of French speech through A-law (Whisper base,
int8, 10 s window): see docs/benchmarks.md.
"""

import re
import zlib

LOOP_RATIO = 2.4
"""Text that compresses better than this repeats itself (Radford et al. 2022, section 4.5)."""

IMPLAUSIBLE = ((0.6, -1.0), (0.3, -1.4), (0.0, -3.0))
"""Pairs (no-speech probability at or above, mean log-probability below): no words were heard."""

LOOP_NO_SPEECH = 0.3
"""No-speech probability at or above which repeated text is noise; under it, one turn of the loop was really said."""

_LOOP = re.compile(r"(\S.{2,}?)(?:[\s,.]*\1){2,}")
_WORD = re.compile(r"\w")
_SENTENCE = re.compile(r".+?(?:[.!?…]+(?=\s|$)|$)\s*", re.DOTALL)
_INVENTED = re.compile(
    r"sous-?titr(es?|age|eur)\b|amara\.?org|radio-canada|soustitreur|abonne[zr](-vous|\s+à la chaîne)|(cette|ma|prochaine) vidéo"
    r"|thanks? (you )?for watching|subtitles? by|subscribe to|please subscribe|transcri(bed|ption) by"
    r"|d'avoir regardé|la chaîne youtube|pouce bleu|\bst'? 501\b|^\W*générique\W*$|^\W*(musique|applaudissements)\W*$",
    re.IGNORECASE,
)
"""What the subtitles of its training taught it to write when nobody speaks."""


def plausible_text(text: str, no_speech_prob: float, mean_logprob: float) -> str:
    """The text without what was invented; empty when no words were heard. Probability 0–1, natural logarithm."""
    if any(no_speech_prob >= p and mean_logprob < limit for p, limit in IMPLAUSIBLE):
        return ""
    if _loops(text):
        if no_speech_prob >= LOOP_NO_SPEECH:
            return ""
        text = _one_turn(text)
    kept = "".join(part for part in _SENTENCE.findall(text) if not _INVENTED.search(part.replace("’", "'")))
    return kept.strip() if _WORD.search(kept) else ""


def _loops(text: str) -> bool:
    raw = text.encode()
    return len(raw) > LOOP_RATIO * len(zlib.compress(raw))


def _one_turn(text: str) -> str:
    """What comes before the loop, and one turn of it; a loop ends only because decoding was cut, so nothing follows it."""
    found = _LOOP.search(text)
    return text[: found.end(1)] if found else text
