-- name: save_submission
INSERT INTO alerting.submission (receipt_id, submission_seq, feed, reporter, period, collection, territories,
                                 observation_count, nil_return, simulated, received_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (receipt_id) DO NOTHING;

-- A duty that the catalogue moved falls back to expected and is settled again; one that was met stays so.
-- name: save_duty
INSERT INTO alerting.expected_report AS e (collection, territory, feed, period, due_at, state, source_text)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (collection, territory, feed) DO UPDATE
SET period = excluded.period,
    due_at = excluded.due_at,
    source_text = excluded.source_text,
    receipt_id = NULL,
    received_at = NULL,
    state = excluded.state
WHERE (e.period, e.due_at, e.source_text) IS DISTINCT FROM (excluded.period, excluded.due_at, excluded.source_text)
   OR (e.state = 'waived') <> (excluded.state = 'waived');

-- name: drop_other_duties
DELETE FROM alerting.expected_report e
WHERE NOT EXISTS (
    SELECT FROM unnest($1::text[], $2::text[], $3::text[]) AS kept (collection, territory, feed)
    WHERE (kept.collection, kept.territory, kept.feed) = (e.collection, e.territory, e.feed)
);

-- The earliest submission that answers a duty settles it, in whatever order they were read. $1: receipts, NULL for all.
-- name: settle_duties
WITH answer AS (
    SELECT DISTINCT ON (e.collection, e.territory, e.feed)
           e.collection, e.territory, e.feed, s.receipt_id, s.received_at, s.nil_return
    FROM alerting.expected_report e
    JOIN alerting.submission s
      ON s.feed = e.feed
     AND (s.collection = e.collection OR (s.collection IS NULL AND s.period = e.period))
     AND (e.territory = ANY (s.territories) OR (s.nil_return AND e.territory = s.reporter))
    WHERE e.state <> 'waived'
      AND ($1::text[] IS NULL OR EXISTS (
          SELECT FROM alerting.submission fresh
          WHERE fresh.receipt_id = ANY ($1) AND fresh.feed = e.feed
            AND (e.territory = ANY (fresh.territories) OR (fresh.nil_return AND e.territory = fresh.reporter))))
    ORDER BY e.collection, e.territory, e.feed, s.received_at, s.submission_seq
)
UPDATE alerting.expected_report e
SET state = CASE WHEN answer.nil_return THEN 'nil' WHEN answer.received_at <= e.due_at THEN 'received' ELSE 'late' END,
    received_at = answer.received_at,
    receipt_id = answer.receipt_id
FROM answer
WHERE (e.collection, e.territory, e.feed) = (answer.collection, answer.territory, answer.feed)
  AND e.receipt_id IS DISTINCT FROM answer.receipt_id
RETURNING e.collection, e.territory, e.feed, e.state;

-- A report that ingestion has accepted and whose message is still on its way is not overdue.
-- name: mark_overdue
UPDATE alerting.expected_report e
SET state = 'overdue'
WHERE e.state = 'expected'
  AND e.due_at < $1
  AND NOT EXISTS (
      SELECT FROM published.receipt r
      WHERE r.feed = e.feed AND r.status IN ('accepted', 'partial')
        AND (r.collection = e.collection OR (r.collection IS NULL AND r.period = e.period))
        AND (e.territory = ANY (r.territories) OR (r.nil_return AND e.territory = r.reporter))
  )
RETURNING e.collection, e.territory, e.feed;

-- Duties of every (collection, territory) that has something overdue or an alert open about it.
-- name: duties_to_judge
SELECT e.collection, e.territory, e.feed, e.period, e.due_at, e.state, e.received_at, e.receipt_id, e.source_text
FROM alerting.expected_report e
WHERE (e.collection, e.territory) IN (
    SELECT o.collection, o.territory FROM alerting.expected_report o WHERE o.state = 'overdue'
    UNION
    SELECT a.collection, a.territory FROM alerting.alert a
    WHERE a.kind = 'report_overdue' AND a.state IN ('pending', 'firing', 'acknowledged', 'recovering')
)
ORDER BY e.collection, e.territory, e.feed;

-- name: simulated_collections
SELECT DISTINCT e.collection
FROM alerting.expected_report e
JOIN alerting.submission s ON s.receipt_id = e.receipt_id
WHERE s.simulated;
