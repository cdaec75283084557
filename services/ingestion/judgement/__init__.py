"""Reading and judging one file within limits, in this process or in one that may die of it."""
