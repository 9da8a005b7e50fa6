"""What a learner could do next: what people took → scores → rows, every night; a page reads only the rows.

``gathering`` reads what people took and what courses say, ``collaborative`` and ``content`` score it in a process of
their own (``child``), ``nightly`` keeps the rows, ``showing`` picks five of them for a page. Only the child loads numpy
and models.
"""
