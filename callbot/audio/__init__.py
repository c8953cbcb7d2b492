"""Sound: codecs, rates, tones, loudness, playout. Pure functions and small state, no I/O."""
