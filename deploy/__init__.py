"""Everything needed to run Vigie; not part of the wheel."""
