"""Engines: speech to text, text to speech, voice activity, the catalogue of models and voices."""
