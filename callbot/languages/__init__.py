"""Languages that the bot speaks besides French: a folder each, which holds nothing but data."""
