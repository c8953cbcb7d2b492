"""The settings by what they are about; `callbot.config` puts them together, reads and checks them."""
