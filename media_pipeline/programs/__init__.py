"""Running other people's programs on files we do not trust: where they are, their limits, how they are followed."""
