"""A mail server that sends nothing: it keeps each mail and shows it on a page."""
