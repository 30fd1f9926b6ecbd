"""`make demo`: train, export and edit notes made here; `edit` and `plots` show it."""
