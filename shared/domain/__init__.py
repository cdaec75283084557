"""The words of the field: standard library and pydantic only."""
