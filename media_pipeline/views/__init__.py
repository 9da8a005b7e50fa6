"""What media_pipeline answers to browsers."""
