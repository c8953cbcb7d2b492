"""The commands of `callbot`, a module per family; cli.py assembles them."""
