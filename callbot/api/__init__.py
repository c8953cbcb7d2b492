"""The read API with tokens: figures, calls and the queue for other programs, without personal data."""
