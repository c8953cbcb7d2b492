"""What the commune has validated: entries, services, and the demonstration commune."""
