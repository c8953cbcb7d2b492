"""`python -m callbot` is the same as `callbot`."""

from callbot.cli import main

if __name__ == "__main__":
    main()
