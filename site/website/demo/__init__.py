"""The demo: two written courses, the videos drawn for them, and the people of one journey.

``content/`` is what is taught, as data with both languages side by side. The modules here read it and build the
site from it through the functions of the apps. Nothing here runs unless ``manage.py seed_demo`` is called.
"""
