"""The outlines of the departments, as data."""
