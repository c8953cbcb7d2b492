"""A commune's own files, read into drafts that a person validates: pure readers, and the plan of what is written."""
