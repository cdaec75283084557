-- What was known at an instant. Everything here reads schema entitled; $1.. are arrays where NULL means: no filter.

-- name: stated
-- The figures of which a version was received after $2 (NULL: ever) and up to $1.
SELECT DISTINCT indicator, period, territory FROM entitled.observation_version
WHERE received_at <= $1 AND ($2::timestamptz IS NULL OR received_at > $2);

-- name: versions
-- Every version of these pairs received up to $3; which of them is the newest is decided by the pure core.
SELECT v.indicator, v.period, v.territory, v.source, v.basis, v.submission_seq, v.definition_version, v.value,
       v.numerator, v.denominator, v.status, v.simulated, v.received_at, v.receipt_id, f.file_name
FROM entitled.observation_version v
    JOIN unnest($1::text[], $2::text[]) AS wanted (indicator, period) USING (indicator, period)
    LEFT JOIN entitled.receipt f ON f.id = v.receipt_id
WHERE v.received_at <= $3;

-- name: versions_under
-- Every version of these pairs about these territories, with its place; $4 NULL: to this day.
SELECT v.*, v.row_number AS row, v.column_name AS "column", t.level
FROM entitled.observation_version v
    JOIN unnest($1::text[], $2::text[]) AS wanted (indicator, period) USING (indicator, period)
    JOIN entitled.territory t ON t.code = v.territory
WHERE v.territory = ANY ($3) AND ($4::timestamptz IS NULL OR v.received_at <= $4)
ORDER BY t.position, v.period, v.source, v.basis, v.submission_seq;

-- name: observations
SELECT o.*, o.row_number AS row, o.column_name AS "column", t.level
FROM (
    SELECT DISTINCT ON (v.indicator, v.period, v.territory, v.source, v.basis) v.*
    FROM entitled.observation_version v
    WHERE ($1::text[] IS NULL OR v.indicator = ANY ($1)) AND ($2::text[] IS NULL OR v.territory = ANY ($2))
      AND ($3::text[] IS NULL OR v.period = ANY ($3)) AND v.received_at <= $6
    ORDER BY v.indicator, v.period, v.territory, v.source, v.basis, v.submission_seq DESC
) o JOIN entitled.territory t ON t.code = o.territory
WHERE $4::text[] IS NULL OR t.level = ANY ($4)
ORDER BY o.indicator, o.period, t.position, o.source, o.basis
LIMIT $5;

-- name: alerts
-- Each episode as its last transition by then left it. Who took charge follows from the last commitment: one that was not
-- kept is over. Figures behind an open alert are those of that decision. $7: states, $8: id.
SELECT a.id, a.alert_key, a.episode, a.rule, a.kind, last.rule_version, a.severity, a.territory, a.indicator,
       a.collection, a.period, last.to_state AS state, last.seq, NULL AS data_status,
       last.inputs - ARRAY['owner', 'ack_reason', 'commitment_date'] AS inputs, a.simulated,
       promise.inputs ->> 'owner' AS owner, promise.inputs ->> 'ack_reason' AS ack_reason,
       (promise.inputs ->> 'commitment_date')::date AS commitment_date, a.opened_at, last.decided_at AS changed_at,
       t.level, r.label AS rule_label
FROM entitled.alert a
    JOIN entitled.territory t ON t.code = a.territory
    LEFT JOIN entitled.rule r ON r.code = a.rule
    CROSS JOIN LATERAL (
        SELECT d.seq, d.to_state, d.rule_version, d.inputs, d.decided_at FROM entitled.alert_transition d
        WHERE d.alert_id = a.id AND d.decided_at <= $6
        ORDER BY d.seq DESC LIMIT 1) AS last
    LEFT JOIN LATERAL (
        SELECT d.to_state, d.inputs FROM entitled.alert_transition d
        WHERE d.alert_id = a.id AND d.decided_at <= $6 AND d.inputs ? 'commitment_date'
        ORDER BY d.seq DESC LIMIT 1) AS promise ON promise.to_state = 'acknowledged'
WHERE ($1::text[] IS NULL OR a.indicator = ANY ($1)) AND ($2::text[] IS NULL OR a.territory = ANY ($2))
  AND ($3::text[] IS NULL OR a.period = ANY ($3)) AND ($4::text[] IS NULL OR t.level = ANY ($4))
  AND ($7::text[] IS NULL OR last.to_state = ANY ($7)) AND ($8::text IS NULL OR a.id = $8)
ORDER BY array_position(ARRAY['critical', 'warning', 'info'], a.severity), a.opened_at, a.id
LIMIT $5;

-- name: reports
-- A duty was met by the report that settled it, or by a nil return that a report replaced later; else it was overdue from
-- its due instant on. Due dates and waivers are those of the present catalogue.
SELECT e.collection, c.label AS collection_label, COALESCE(c.indicators, '{}') AS indicators, e.territory, t.level,
       e.feed, e.period, e.due_at, e.source_text,
       CASE WHEN e.state = 'waived' THEN 'waived'
            WHEN e.received_at <= $6 THEN e.state
            WHEN nil.id IS NOT NULL THEN 'nil'
            WHEN e.due_at < $6 THEN 'overdue'
            ELSE 'expected' END AS state,
       CASE WHEN e.received_at <= $6 THEN e.received_at ELSE nil.received_at END AS received_at,
       CASE WHEN e.received_at <= $6 THEN e.receipt_id ELSE nil.id END AS receipt_id,
       COALESCE(CASE WHEN e.received_at <= $6 THEN f.simulated ELSE nil.simulated END, FALSE) AS simulated
FROM entitled.expected_report e
    JOIN entitled.territory t ON t.code = e.territory
    LEFT JOIN entitled.receipt f ON f.id = e.receipt_id
    LEFT JOIN entitled.collection c ON c.code = e.collection
    LEFT JOIN LATERAL (
        SELECT n.id, n.received_at, n.simulated FROM entitled.receipt n
        WHERE n.nil_return AND n.status IN ('accepted', 'partial') AND n.feed = e.feed AND n.reporter = e.territory
          AND n.period = e.period AND n.received_at <= $6
        ORDER BY n.received_at, n.submission_seq LIMIT 1) AS nil ON TRUE
WHERE ($1::text[] IS NULL OR c.indicators && $1) AND ($2::text[] IS NULL OR e.territory = ANY ($2))
  AND ($3::text[] IS NULL OR e.period = ANY ($3)) AND ($4::text[] IS NULL OR t.level = ANY ($4))
ORDER BY e.due_at, e.collection, e.feed, t.position
LIMIT $5;

-- name: transitions
SELECT seq, from_state, to_state, reason, rule_version, actor, decided_at
FROM entitled.alert_transition
WHERE alert_id = $1 AND decided_at <= $2
ORDER BY seq;

-- name: notifications
-- A mail that left later was still waiting.
SELECT n.seq, n.kind, n.channel, n.subject, n.created_at, n.simulated, COALESCE(p.label, n.recipient) AS recipient,
       CASE WHEN n.status = 'dead' OR n.sent_at <= $2 THEN n.status ELSE 'pending' END AS status,
       CASE WHEN n.sent_at <= $2 THEN n.sent_at END AS sent_at
FROM entitled.notification n LEFT JOIN entitled.recipient p ON p.code = n.recipient
WHERE n.alert_id = $1 AND n.channel = 'email' AND n.created_at <= $2
ORDER BY n.seq, n.created_at, n.id;
