-- name: save_versions
-- Versions already stored are skipped, so that repeats and replays change nothing.
INSERT INTO aggregator.observation_version (
    indicator, period, territory, source, basis, submission_seq, event_id, receipt_id, sheet, row_number, column_name,
    feed, definition_version, value, numerator, denominator, status, qualifier, simulated, reported_at, received_at,
    written_at)
SELECT u.*, $22::timestamptz
FROM unnest(
    $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::uuid[], $8::text[], $9::text[],
    $10::int[], $11::text[], $12::text[], $13::int[], $14::numeric[], $15::numeric[], $16::numeric[], $17::text[],
    $18::text[], $19::boolean[], $20::timestamptz[], $21::timestamptz[]) AS u
ON CONFLICT DO NOTHING
RETURNING 1;

-- name: current_figures
-- Newest version of every cell of the given (indicator, period) pairs.
SELECT DISTINCT ON (v.indicator, v.period, v.territory, v.source, v.basis)
       v.indicator, v.period, v.territory, v.source, v.basis, v.submission_seq, v.definition_version, v.value,
       v.numerator, v.denominator, v.status, v.simulated
FROM aggregator.observation_version AS v
JOIN unnest($1::text[], $2::text[]) AS wanted (indicator, period) USING (indicator, period)
ORDER BY v.indicator, v.period, v.territory, v.source, v.basis, v.submission_seq DESC;

-- name: lock_rollups
-- One writer per indicator, also while a rebalance, a register or a new catalogue makes two of them for a moment. Not per
-- period: a figure moves the rollups of its year and of the period after.
SELECT pg_advisory_xact_lock(hashtextextended('vigie rollup ' || name, 0))
FROM (SELECT unnest($1::text[]) AS name ORDER BY 1) AS names;

-- name: known_indicators
SELECT DISTINCT indicator FROM aggregator.observation_version ORDER BY indicator;

-- name: reporters_of
SELECT DISTINCT period, territory FROM aggregator.observation_version WHERE indicator = $1 ORDER BY period, territory;

-- name: delete_other_periods
DELETE FROM aggregator.rollup WHERE indicator = $1 AND NOT period = ANY($2::text[]);

-- name: followed_digest
SELECT digest FROM aggregator.followed_catalogue;

-- name: save_followed
INSERT INTO aggregator.followed_catalogue (digest, followed_at) VALUES ($1, $2)
ON CONFLICT (only_row) DO UPDATE SET digest = excluded.digest, followed_at = excluded.followed_at;

-- name: save_rollup
INSERT INTO aggregator.rollup AS r (
    indicator, period, territory, level, method, definition_version, value, numerator, denominator, reported, expected,
    absent, unpaired, incomplete, eligible, from_periods, coverage, coverage_weight, low, high, minimum, median, maximum,
    status, basis, simulated, evolution_against, comparable, change, common, common_before, common_now, common_change,
    version, written_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
        $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35)
ON CONFLICT (indicator, period, territory) DO UPDATE SET
    level = excluded.level, method = excluded.method, definition_version = excluded.definition_version,
    value = excluded.value, numerator = excluded.numerator, denominator = excluded.denominator,
    reported = excluded.reported, expected = excluded.expected, absent = excluded.absent, unpaired = excluded.unpaired,
    incomplete = excluded.incomplete, eligible = excluded.eligible, from_periods = excluded.from_periods,
    coverage = excluded.coverage, coverage_weight = excluded.coverage_weight, low = excluded.low, high = excluded.high,
    minimum = excluded.minimum, median = excluded.median, maximum = excluded.maximum, status = excluded.status,
    basis = excluded.basis, simulated = excluded.simulated, evolution_against = excluded.evolution_against,
    comparable = excluded.comparable, change = excluded.change, common = excluded.common,
    common_before = excluded.common_before, common_now = excluded.common_now, common_change = excluded.common_change,
    version = excluded.version, written_at = excluded.written_at
WHERE to_jsonb(r) - 'written_at' <> to_jsonb(excluded) - 'written_at';

-- name: delete_rollups_beside
-- Figures that the present definition no longer gives.
DELETE FROM aggregator.rollup WHERE indicator = $1 AND period = $2 AND NOT territory = ANY($3::text[]);

-- name: delete_unknown_rollups
DELETE FROM aggregator.rollup WHERE NOT indicator = ANY($1::text[]);

-- name: rollups_of_indicator
SELECT territory, level, method, definition_version, value, numerator, denominator, reported, expected, absent, unpaired,
       incomplete, eligible, from_periods, coverage, coverage_weight, low, high, minimum AS min, median, maximum AS max,
       status, basis, simulated, evolution_against, comparable, change, common, common_before, common_now, common_change,
       version, indicator, period
FROM aggregator.rollup
WHERE indicator = $1;

-- name: rolled_up_indicators
SELECT DISTINCT indicator FROM aggregator.rollup;
