"""What is kept of each call, and the figures made of it."""
