"""A year of calls that nobody made, for demonstrations and measurements: plausible, and the same again from the same seed."""
