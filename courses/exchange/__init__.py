"""Courses and questions as files that can be taken elsewhere and brought back."""
