"""Workbooks to fill in: made from a feed's declaration, they come back and are accepted without a repair."""
