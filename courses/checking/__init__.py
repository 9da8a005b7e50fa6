"""What should be mended in a course before people read it: what Wagtail's own checks cannot know."""
