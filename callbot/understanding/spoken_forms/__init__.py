"""Spoken forms: what callers say for a number, a day, a price or a name, read as values and said back in French.

Pure functions over recognised text, whichever engine wrote it (Vosk: words only; Whisper: digits, punctuation, capitals).
"""
