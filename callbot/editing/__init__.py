"""Edits of the knowledge base that the pages make: versions, approved by a second person, in service without a restart."""
