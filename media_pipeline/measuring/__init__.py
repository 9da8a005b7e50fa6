"""What is measured of sound and pictures while a video is prepared."""
