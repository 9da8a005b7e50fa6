"""The words of a video: the format, who may replace what, and a machine that listens."""
