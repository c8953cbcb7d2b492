"""The people behind the bot: when they are there."""
