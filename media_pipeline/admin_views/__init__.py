"""The screens of the Wagtail admin about videos: for instructors their shelf's videos, for operators the jobs."""
