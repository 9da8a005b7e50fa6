"""What a first-time creator gets wrong, found in the measures and said as advice with times."""
