"""Charts as SVG, for the pages and the printed report alike: pure functions from numbers to a drawing. No script, no I/O."""
