"""Tables of words that tell of danger, a file per language: see fr.toml."""
