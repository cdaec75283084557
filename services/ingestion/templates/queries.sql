-- What this feed's files said of some territories in one period: the newest version of each cell, withdrawn ones left out.
-- name: known_figures
SELECT indicator, territory, period, source, basis, value, numerator, denominator
FROM entitled.observation
WHERE territory = ANY ($1::text[]) AND period = $2 AND feed = $3 AND status <> 'withdrawn'
  AND ($4::text[] IS NULL OR indicator = ANY ($4::text[]));
