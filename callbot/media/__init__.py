"""The dialects that a telephone leg may speak, each a parser without I/O."""
