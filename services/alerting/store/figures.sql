-- noticed_at moves with each mark, so that a judgement deletes only the mark it has read.
-- name: mark_pending
INSERT INTO alerting.pending_judgement AS p (indicator, period, territory, receipts, noticed_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (indicator, period, territory) DO UPDATE
SET receipts = ARRAY(SELECT DISTINCT unnest(p.receipts || excluded.receipts) ORDER BY 1),
    noticed_at = greatest(p.noticed_at + INTERVAL '1 microsecond', excluded.noticed_at);

-- Figures whose submissions have all gone through, or that have waited long enough. $1: noticed before it is long enough,
-- $2: how many, $3 and $4: indicator and period, NULL for any.
-- name: ready_marks
SELECT p.indicator, p.period, p.territory, p.noticed_at
FROM alerting.pending_judgement p
WHERE ($3::text IS NULL OR p.indicator = $3)
  AND ($4::text IS NULL OR p.period = $4)
  AND (p.noticed_at < $1
       OR NOT EXISTS (
           SELECT FROM unnest(p.receipts) AS behind (receipt_id)
           LEFT JOIN alerting.submission s ON s.receipt_id = behind.receipt_id
           LEFT JOIN entitled.receipt_progress r ON r.receipt_id = behind.receipt_id
           WHERE s.receipt_id IS NULL OR coalesce(r.stored, 0) < s.observation_count + s.entry_count
       ))
ORDER BY p.indicator, p.period, p.territory
LIMIT $2;

-- name: drop_mark
DELETE FROM alerting.pending_judgement
WHERE indicator = $1 AND period = $2 AND territory = $3 AND noticed_at = $4;

-- name: unjudged_versions
SELECT r.territory, r.level, r.method, r.definition_version, r.value, r.numerator, r.denominator, r.reported, r.expected,
       r.absent, r.unpaired, r.coverage, r.coverage_weight, r.low, r.high, r.min, r.median, r.max, r.status, r.basis,
       r.simulated, r.version
FROM entitled.rollup r
LEFT JOIN alerting.judged_rollup j USING (indicator, period, territory)
WHERE r.indicator = $1 AND r.period = $2 AND r.territory = ANY ($3) AND j.version IS DISTINCT FROM r.version;

-- name: vanished
SELECT wanted.territory
FROM unnest($3::text[]) AS wanted (territory)
WHERE NOT EXISTS (
    SELECT FROM entitled.rollup r WHERE r.indicator = $1 AND r.period = $2 AND r.territory = wanted.territory
);

-- name: other_periods
SELECT r.period, r.territory, r.level, r.method, r.definition_version, r.value, r.numerator, r.denominator, r.reported,
       r.expected, r.absent, r.unpaired, r.coverage, r.coverage_weight, r.low, r.high, r.min, r.median, r.max, r.status,
       r.basis, r.simulated, r.version
FROM entitled.rollup r
WHERE r.indicator = $1 AND r.territory = ANY ($2);

-- name: save_judged
INSERT INTO alerting.judged_rollup (indicator, period, territory, version, judged_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (indicator, period, territory) DO UPDATE SET version = excluded.version, judged_at = excluded.judged_at;

-- name: coverages
SELECT r.indicator, r.period, r.territory, r.reported, r.expected, r.absent, r.simulated
FROM entitled.rollup r
WHERE r.territory = ANY ($1) AND r.period = ANY ($2) AND r.indicator = ANY ($3) AND r.basis = 'computed';

-- name: followed_digest
SELECT digest FROM alerting.followed_catalogue;

-- name: follow
INSERT INTO alerting.followed_catalogue (digest, followed_at) VALUES ($1, $2)
ON CONFLICT (only_row) DO UPDATE SET digest = excluded.digest, followed_at = excluded.followed_at;

-- Every figure that a target or an open alert is about is judged again. Marks that still wait for their file keep waiting.
-- name: mark_everything
INSERT INTO alerting.pending_judgement (indicator, period, territory, receipts, noticed_at)
SELECT r.indicator, r.period, r.territory, '{}', $1
FROM entitled.rollup r
WHERE EXISTS (SELECT FROM entitled.target t WHERE t.indicator = r.indicator AND t.territory = r.territory)
   OR EXISTS (
       SELECT FROM alerting.alert a
       WHERE a.indicator = r.indicator AND a.territory = r.territory
         AND a.state IN ('pending', 'firing', 'acknowledged', 'recovering'))
ON CONFLICT (indicator, period, territory) DO NOTHING;

-- name: forget_judged
DELETE FROM alerting.judged_rollup j
USING alerting.pending_judgement p
WHERE (j.indicator, j.period, j.territory) = (p.indicator, p.period, p.territory);

-- Collections with files that were accepted and have not gone all the way yet: not read here, not stored by the aggregator,
-- or not judged. $1: a file read before it has waited long enough for the aggregator, so that none blocks for ever.
-- name: busy_collections
SELECT c.code
FROM entitled.collection c
WHERE EXISTS (
    SELECT FROM entitled.receipt r
    WHERE r.feed = ANY (c.feeds)
      -- A file of several periods names its span: their year, or a range of years.
      AND (r.period = c.period OR r.period LIKE '%/%' OR c.period LIKE r.period || '-%')
      AND r.status IN ('accepted', 'partial')
      AND NOT EXISTS (SELECT FROM alerting.submission s WHERE s.receipt_id = r.id)
) OR EXISTS (
    SELECT FROM alerting.submission s
    WHERE s.read_at >= $1
      AND s.feed = ANY (c.feeds)
      AND EXISTS (SELECT FROM alerting.submission_answer a WHERE a.receipt_id = s.receipt_id AND a.period = c.period)
      AND s.observation_count + s.entry_count > coalesce(
          (SELECT p.stored FROM entitled.receipt_progress p WHERE p.receipt_id = s.receipt_id), 0)
) OR EXISTS (
    SELECT FROM alerting.pending_judgement p WHERE p.period = c.period AND p.indicator = ANY (c.indicators)
);
