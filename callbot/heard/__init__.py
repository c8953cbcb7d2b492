"""What the recogniser makes of written utterances: spoken by synthetic callers, over a telephone line, heard as a call is heard."""
