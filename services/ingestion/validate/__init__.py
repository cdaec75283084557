"""PURE rows + feed + catalogue + scope -> observations and located notes."""
