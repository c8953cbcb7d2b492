"""How people really ask: spoken questions to a town hall, by authors with a voice of their own. See README.md."""
