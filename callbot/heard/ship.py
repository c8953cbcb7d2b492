"""Makes the corpus's own transcripts of what was heard here.

    python -m callbot.heard.ship        writes callbot/corpus/heard/MODEL.tsv anew; then `python -m callbot.corpus.vectors`

For those who keep the corpus: the recogniser of the settings is the model. Lines of the authors of the exam are never among them.
"""

import click

from callbot.config import load
from callbot.corpus.reader import Part
from callbot.heard.known import SHIPPED_FOLDER, cache_file, ears
from callbot.heard.transcripts import read, write


def main() -> None:
    """Join what is shipped and what was heard since, and write the file."""
    settings = load()
    model = ears(settings)
    file = SHIPPED_FOLDER / f"{model}.tsv"
    every = {each.key: each for source in (file, cache_file(settings, model)) for each in read(source)}
    kept = [each for each in every.values() if each.part in (Part.TRAIN, Part.THRESHOLDS)]
    write(file, kept)
    click.echo(f"{len(kept)} renditions in {file}")


if __name__ == "__main__":
    main()
