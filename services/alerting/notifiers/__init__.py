"""One channel per file, all with the same signature; an error says whether trying again makes sense."""
