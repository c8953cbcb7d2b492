"""Migrations of the database: `versions/NNNN_what.py`, numbered, forward only, each written by hand for both databases.

To change a table: change callbot/tables/, add the next file here; the test that compares the two names what is missing.
Alembic finds this folder as the package `callbot:migrations`, so that an installed wheel migrates like a checkout.
"""
