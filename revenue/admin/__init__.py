"""Finance's own pages in the Wagtail admin. Every view is guarded where it begins."""
