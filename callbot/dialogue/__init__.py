"""What the bot says next: state tables and fixed sentences, without I/O."""
