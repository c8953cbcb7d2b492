"""callbot: the telephone callbot for French town halls."""

__version__ = "0.1.0"
