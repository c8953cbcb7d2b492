"""The pages: sign-in, home, browser telephone."""
