"""What a file is, found out without trusting it."""
