-- Everything here reads schema entitled and nothing else. $1.. are arrays; NULL means: no filter.

-- name: indicators
SELECT * FROM entitled.indicator
WHERE $1::text[] IS NULL OR code = ANY ($1)
ORDER BY position, code, definition_version;

-- name: territories
SELECT * FROM entitled.territory
WHERE ($1::text[] IS NULL OR code = ANY ($1)) AND ($2::text[] IS NULL OR level = ANY ($2))
ORDER BY position;

-- name: observations
SELECT o.*, o.row_number AS row, o.column_name AS "column", t.level
FROM entitled.observation o JOIN entitled.territory t ON t.code = o.territory
WHERE ($1::text[] IS NULL OR o.indicator = ANY ($1)) AND ($2::text[] IS NULL OR o.territory = ANY ($2))
  AND ($3::text[] IS NULL OR o.period = ANY ($3)) AND ($4::text[] IS NULL OR t.level = ANY ($4))
ORDER BY o.indicator, o.period, t.position, o.source, o.basis
LIMIT $5;

-- name: rollups
SELECT r.*
FROM entitled.rollup r JOIN entitled.territory t ON t.code = r.territory
WHERE ($1::text[] IS NULL OR r.indicator = ANY ($1)) AND ($2::text[] IS NULL OR r.territory = ANY ($2))
  AND ($3::text[] IS NULL OR r.period = ANY ($3)) AND ($4::text[] IS NULL OR r.level = ANY ($4))
ORDER BY r.indicator, r.period, t.position
LIMIT $5;

-- name: open_alerts
SELECT a.*, t.level, r.label AS rule_label
FROM entitled.alert a JOIN entitled.territory t ON t.code = a.territory LEFT JOIN entitled.rule r ON r.code = a.rule
WHERE ($1::text[] IS NULL OR a.indicator = ANY ($1)) AND ($2::text[] IS NULL OR a.territory = ANY ($2))
  AND ($3::text[] IS NULL OR a.period = ANY ($3)) AND ($4::text[] IS NULL OR t.level = ANY ($4))
  AND a.state IN ('pending', 'firing', 'acknowledged', 'recovering')
ORDER BY array_position(ARRAY['critical', 'warning', 'info'], a.severity), a.opened_at, a.id
LIMIT $5;

-- name: reports
SELECT e.*, t.level, c.label AS collection_label, COALESCE(c.indicators, '{}') AS indicators,
       COALESCE(f.simulated, FALSE) AS simulated
FROM entitled.expected_report e
    JOIN entitled.territory t ON t.code = e.territory
    LEFT JOIN entitled.receipt f ON f.id = e.receipt_id
    LEFT JOIN entitled.collection c ON c.code = e.collection
WHERE ($1::text[] IS NULL OR c.indicators && $1) AND ($2::text[] IS NULL OR e.territory = ANY ($2))
  AND ($3::text[] IS NULL OR e.period = ANY ($3)) AND ($4::text[] IS NULL OR t.level = ANY ($4))
ORDER BY e.due_at, e.collection, e.feed, t.position
LIMIT $5;

-- name: checks
-- A check of whatever indicators says which one it found something in.
SELECT k.*, t.level, concat_ws(' : ', d.definition ->> 'label', i.label) AS label
FROM entitled.check_result k
    JOIN entitled.territory t ON t.code = k.territory
    LEFT JOIN entitled.coherence_check d ON d.code = k.code
    LEFT JOIN LATERAL (
        SELECT label FROM entitled.indicator WHERE code = k.subject ORDER BY definition_version DESC LIMIT 1) i ON TRUE
WHERE ($1::text[] IS NULL OR k.indicators && $1) AND ($2::text[] IS NULL OR k.territory = ANY ($2))
  AND ($3::text[] IS NULL OR k.period = ANY ($3)) AND ($4::text[] IS NULL OR t.level = ANY ($4))
ORDER BY array_position(ARRAY['fails', 'unknown', 'holds'], k.state), k.period DESC, t.position, k.code, k.subject
LIMIT $5;

-- name: targets
SELECT g.*, t.level
FROM entitled.target g JOIN entitled.territory t ON t.code = g.territory
WHERE ($1::text[] IS NULL OR g.indicator = ANY ($1)) AND ($2::text[] IS NULL OR g.territory = ANY ($2))
  AND ($3::text[] IS NULL OR g.period = ANY ($3)) AND ($4::text[] IS NULL OR t.level = ANY ($4))
ORDER BY g.indicator, t.position, g.due NULLS FIRST, g.version
LIMIT $5;

-- name: family
WITH RECURSIVE family AS (
    SELECT code FROM entitled.territory WHERE code = $1
    UNION ALL
    SELECT t.code FROM entitled.territory t JOIN family f ON t.parent = f.code
)
SELECT t.* FROM entitled.territory t JOIN family f ON f.code = t.code ORDER BY t.position;

-- name: file_names
SELECT id, file_name FROM entitled.receipt WHERE id = ANY ($1);

-- name: marks
SELECT indicator, period, territory, reason FROM entitled.suppression;

-- name: busiest_region
WITH RECURSIVE area AS (
    SELECT code, code AS region FROM entitled.territory WHERE level = 'region'
    UNION ALL
    SELECT t.code, a.region FROM entitled.territory t JOIN area a ON t.parent = a.code
), activity AS (
    SELECT territory FROM entitled.rollup
    UNION ALL
    SELECT territory FROM entitled.expected_report
)
SELECT a.region FROM activity JOIN area a ON a.code = activity.territory
GROUP BY a.region
ORDER BY count(*) DESC, a.region
LIMIT 1;

-- name: labels
SELECT code, name FROM entitled.territory
UNION ALL
(SELECT DISTINCT ON (code) code, label FROM entitled.indicator ORDER BY code, definition_version DESC)
UNION ALL
SELECT code, label FROM entitled.collection
UNION ALL
SELECT code, label FROM entitled.feed;

-- name: alert
SELECT a.*, t.level, r.label AS rule_label
FROM entitled.alert a JOIN entitled.territory t ON t.code = a.territory LEFT JOIN entitled.rule r ON r.code = a.rule
WHERE a.id = $1;

-- name: closed_alerts
SELECT a.*, t.level, r.label AS rule_label
FROM entitled.alert a JOIN entitled.territory t ON t.code = a.territory LEFT JOIN entitled.rule r ON r.code = a.rule
WHERE a.state IN ('resolved', 'withdrawn', 'superseded')
ORDER BY a.changed_at DESC, a.id
LIMIT 20;

-- name: transitions
SELECT seq, from_state, to_state, reason, rule_version, actor, decided_at
FROM entitled.alert_transition
WHERE alert_id = $1
ORDER BY seq;

-- name: notifications
SELECT n.seq, n.kind, n.channel, n.status, n.subject, n.created_at, n.sent_at, n.attempts, n.simulated,
       COALESCE(p.label, n.recipient) AS recipient
FROM entitled.notification n LEFT JOIN entitled.recipient p ON p.code = n.recipient
WHERE n.alert_id = $1 AND n.channel = 'email'
ORDER BY n.seq, n.created_at, n.id;

-- name: values_of_all_cells
SELECT indicator, territory, level, period, value, coverage, simulated FROM entitled.rollup;

-- name: rules
SELECT code, severity FROM entitled.rule WHERE enabled ORDER BY code;

-- name: outbox
SELECT channel, status, count(*) AS messages, min(enqueued_at) AS oldest
FROM entitled.notification
GROUP BY channel, status;
