-- name: lock_family
SELECT pg_advisory_xact_lock(hashtextextended('vigie disclosure ' || $1, 0));

-- name: periods_of
SELECT DISTINCT period FROM aggregator.observation_version WHERE indicator = ANY ($1::text[]) ORDER BY period;

-- name: versions_of
-- Every version of every cell: what was once a small count stays secret when it is corrected.
SELECT indicator, period, territory, source, basis, submission_seq, definition_version, value, numerator, denominator,
       status, simulated
FROM aggregator.observation_version
WHERE indicator = ANY ($1::text[]) AND period = ANY ($2::text[])
ORDER BY indicator, period, territory, source, basis, submission_seq;

-- name: delete_marks_beside
DELETE FROM aggregator.suppression AS s
WHERE s.indicator = ANY ($1::text[]) AND s.period = ANY ($2::text[])
  AND NOT EXISTS (
      SELECT FROM unnest($3::text[], $4::text[], $5::text[]) AS kept (indicator, period, territory)
      WHERE (kept.indicator, kept.period, kept.territory) = (s.indicator, s.period, s.territory));

-- name: save_marks
INSERT INTO aggregator.suppression AS s (indicator, period, territory, reason, following)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
ON CONFLICT (indicator, period, territory) DO UPDATE SET reason = excluded.reason, following = excluded.following
WHERE (s.reason, s.following) IS DISTINCT FROM (excluded.reason, excluded.following);

-- name: delete_unprotected
DELETE FROM aggregator.suppression WHERE NOT indicator = ANY ($1::text[]);
