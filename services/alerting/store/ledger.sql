-- name: save_submission
INSERT INTO alerting.submission (receipt_id, submission_seq, feed, reporter, period, collection, territories,
                                 observation_count, entry_count, nil_return, simulated, received_at, read_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (receipt_id) DO NOTHING;

-- name: save_answer
INSERT INTO alerting.submission_answer (receipt_id, territory, period)
VALUES ($1, $2, $3)
ON CONFLICT (receipt_id, territory, period) DO NOTHING;

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

-- A submission answers a duty by feed, territory and period, whatever the collection was called when it was sent. The
-- earliest report settles it, in whatever order they were read, and a report counts before a nil return; who answered in
-- time, were it with a nil return, is in time. $1: receipts, NULL for all.
-- name: settle_duties
WITH answer AS (
    SELECT DISTINCT ON (e.collection, e.territory, e.feed)
           e.collection, e.territory, e.feed, s.receipt_id, s.received_at, s.nil_return,
           min(s.received_at) OVER (PARTITION BY e.collection, e.territory, e.feed) AS first_received_at
    FROM alerting.expected_report e
    JOIN alerting.submission_answer a ON a.territory = e.territory AND a.period = e.period
    JOIN alerting.submission s ON s.receipt_id = a.receipt_id AND s.feed = e.feed
    WHERE e.state <> 'waived'
      AND ($1::text[] IS NULL OR EXISTS (
          SELECT FROM alerting.submission_answer fresh
          WHERE fresh.receipt_id = ANY ($1) AND fresh.territory = e.territory AND fresh.period = e.period))
    ORDER BY e.collection, e.territory, e.feed, s.nil_return, s.received_at, s.submission_seq
)
UPDATE alerting.expected_report e
SET state = CASE WHEN answer.nil_return THEN 'nil'
                 WHEN answer.first_received_at <= e.due_at THEN 'received'
                 ELSE 'late' END,
    received_at = answer.received_at,
    receipt_id = answer.receipt_id
FROM answer
WHERE (e.collection, e.territory, e.feed) = (answer.collection, answer.territory, answer.feed)
  AND e.receipt_id IS DISTINCT FROM answer.receipt_id
RETURNING e.collection, e.territory, e.feed, e.state;

-- name: due_duties
SELECT e.collection, e.territory, e.feed, e.period
FROM alerting.expected_report e
WHERE e.state = 'expected' AND e.due_at < $1;

-- What ingestion has accepted and alerting has not read yet. A receipt names its territories and one period or span, not
-- which of them go together. $1: feeds.
-- name: on_their_way
SELECT DISTINCT r.feed, r.period, t.territory
FROM entitled.receipt r
CROSS JOIN LATERAL unnest(r.territories || CASE WHEN r.nil_return THEN ARRAY[r.reporter] ELSE '{}' END) AS t (territory)
WHERE r.feed = ANY ($1)
  AND r.status IN ('accepted', 'partial')
  AND NOT EXISTS (SELECT FROM alerting.submission s WHERE s.receipt_id = r.id);

-- One that was settled since it was found due is left alone.
-- name: mark_overdue
UPDATE alerting.expected_report e
SET state = 'overdue'
FROM unnest($1::text[], $2::text[], $3::text[]) AS due (collection, territory, feed)
WHERE (e.collection, e.territory, e.feed) = (due.collection, due.territory, due.feed)
  AND e.state = 'expected'
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

-- Silence has no file that says so: it is simulated where all that was received for the collection is, as in a demo.
-- name: simulated_collections
SELECT e.collection
FROM alerting.expected_report e
JOIN alerting.submission_answer a ON a.territory = e.territory AND a.period = e.period
JOIN alerting.submission s ON s.receipt_id = a.receipt_id AND s.feed = e.feed
GROUP BY e.collection
HAVING bool_and(s.simulated);
