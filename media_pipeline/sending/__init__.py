"""Files on their way from a phone: by tus to this machine's disk, or in parts into the bucket."""
