"""Whose turn it is to speak: where a caller's turn ends, from sound and sense. Time is milliseconds of the caller's audio."""
