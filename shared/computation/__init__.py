"""Figures made of figures: rollups, completeness, evolution, checks, small cells. Pure: same versions, same bytes."""
