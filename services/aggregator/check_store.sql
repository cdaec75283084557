-- name: save_submissions
-- A repeated message says the same.
INSERT INTO aggregator.submission (receipt_id, versions, received_at)
SELECT * FROM unnest($1::text[], $2::int[], $3::timestamptz[])
ON CONFLICT DO NOTHING;

-- name: mark_pending
-- No key but a number: a figure that moves again while a round evaluates it gets a mark of its own.
INSERT INTO aggregator.pending_check (receipt_id, indicator, period, territory, noticed_at)
SELECT u.*, $5::timestamptz FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS u;

-- name: ready
-- Figures of submissions that have gone through, and those that waited long enough. Totals of registers are ours: they
-- are in no count. Rows that another process evaluates are left to it.
WITH stored AS (
    SELECT receipt_id, count(*) AS versions
    FROM (
        SELECT receipt_id FROM aggregator.observation_version WHERE feed <> 'registers'
        UNION ALL SELECT receipt_id FROM aggregator.project_call_version
        UNION ALL SELECT receipt_id FROM aggregator.project_version
        UNION ALL SELECT receipt_id FROM aggregator.action_version
        UNION ALL SELECT receipt_id FROM aggregator.milestone_version
    ) AS versions
    WHERE receipt_id IN (SELECT receipt_id FROM aggregator.pending_check)
    GROUP BY receipt_id
)
SELECT p.id, p.indicator, p.period, p.territory
FROM aggregator.pending_check p
WHERE p.noticed_at <= $1
   OR p.receipt_id IN (
       SELECT s.receipt_id FROM aggregator.submission s JOIN stored USING (receipt_id) WHERE stored.versions >= s.versions)
ORDER BY p.id
LIMIT $2
FOR UPDATE OF p SKIP LOCKED;

-- name: forget_pending
DELETE FROM aggregator.pending_check WHERE id = ANY($1::bigint[]);

-- name: lock_checks
-- Checks join indicators that different writers own: whoever evaluates waits, then reads what the other committed.
SELECT pg_advisory_xact_lock(hashtextextended('vigie check ' || name, 0))
FROM (SELECT unnest($1::text[]) AS name ORDER BY 1) AS names;

-- name: rollups_at
SELECT r.territory, r.level, r.method, r.definition_version, r.value, r.numerator, r.denominator, r.reported, r.expected,
       r.absent, r.unpaired, r.incomplete, r.eligible, r.from_periods, r.coverage, r.coverage_weight, r.low, r.high,
       r.minimum AS min, r.median, r.maximum AS max, r.status, r.basis, r.simulated, r.evolution_against, r.comparable,
       r.change, r.common, r.common_before, r.common_now, r.common_change, r.version, r.indicator, r.period
FROM aggregator.rollup r
JOIN unnest($1::text[], $2::text[]) AS wanted (indicator, period) USING (indicator, period);

-- name: save_outcomes
-- The state of each check where it is evaluated and, whenever what it compares is not what it compared last, its history:
-- coming back to earlier inputs is a row again, the same inputs twice in a row are none.
WITH found AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS f (
        code text, subject text, territory text, period text, kind text, state text, indicators text[], expected numeric,
        computed numeric, difference numeric, detail jsonb, inputs text, simulated boolean)
),
saved AS (
    INSERT INTO aggregator.check_result AS c (
        code, subject, territory, period, kind, state, previous, indicators, expected, computed, difference, detail,
        inputs, simulated, evaluated_at)
    SELECT code, subject, territory, period, kind, state, NULL, indicators, expected, computed, difference, detail, inputs,
           simulated, $2
    FROM found
    ORDER BY code, subject, territory, period
    ON CONFLICT (code, subject, territory, period) DO UPDATE SET
        kind = excluded.kind, state = excluded.state, previous = c.state, indicators = excluded.indicators,
        expected = excluded.expected, computed = excluded.computed, difference = excluded.difference,
        detail = excluded.detail, inputs = excluded.inputs, simulated = excluded.simulated,
        evaluated_at = excluded.evaluated_at
    WHERE to_jsonb(c) - ARRAY['evaluated_at', 'previous'] <> to_jsonb(excluded) - ARRAY['evaluated_at', 'previous']
    RETURNING *
)
INSERT INTO aggregator.check_history (
    code, subject, territory, period, kind, state, indicators, expected, computed, difference, detail, inputs, simulated,
    gone, evaluated_at)
SELECT code, subject, territory, period, kind, state, indicators, expected, computed, difference, detail, inputs, simulated,
       FALSE, evaluated_at
FROM saved
ORDER BY code, subject, territory, period;

-- name: results_at
SELECT c.code, c.subject, c.territory, c.period, c.previous, c.evaluated_at
FROM aggregator.check_result c
JOIN unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS wanted (code, subject, territory, period)
    USING (code, subject, territory, period);

-- name: delete_results
-- Checks that no longer apply here: their history says since when.
WITH gone AS (
    DELETE FROM aggregator.check_result c
    USING unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS wanted (code, subject, territory, period)
    WHERE (c.code, c.subject, c.territory, c.period) = (wanted.code, wanted.subject, wanted.territory, wanted.period)
    RETURNING c.code, c.subject, c.territory, c.period, c.kind, c.indicators, c.simulated
)
INSERT INTO aggregator.check_history (
    code, subject, territory, period, kind, state, indicators, detail, inputs, simulated, gone, evaluated_at)
SELECT code, subject, territory, period, kind, 'unknown', indicators, '{}', '', simulated, TRUE, $5
FROM gone
ORDER BY code, subject, territory, period;

-- name: places_of_results
SELECT code, subject, territory, period FROM aggregator.check_result;

-- name: known_figures
SELECT DISTINCT indicator, period, territory FROM aggregator.observation_version;
