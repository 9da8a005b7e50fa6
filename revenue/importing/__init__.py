"""Reading platforms' reports: first looked at, then posted, all of a file or nothing of it."""
