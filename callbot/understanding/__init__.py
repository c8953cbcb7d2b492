"""From a final transcript to what the caller wants."""
