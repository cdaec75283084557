-- One decision at a time over all replicas: two of them reading the same alert would both open it.
-- name: lock_decisions
SELECT pg_advisory_xact_lock(hashtext('vigie alerting decisions'));

-- name: latest_episodes
SELECT DISTINCT ON (alert_key) id, alert_key, episode, rule, kind, rule_version, severity, territory, indicator, collection, period, state, seq,
       data_status, inputs, simulated, owner, ack_reason, commitment_date, opened_at, changed_at
FROM alerting.alert
WHERE alert_key = ANY ($1)
ORDER BY alert_key, episode DESC;

-- name: open_alerts
SELECT id, alert_key, episode, rule, kind, rule_version, severity, territory, indicator, collection, period, state, seq,
       data_status, inputs, simulated, owner, ack_reason, commitment_date, opened_at, changed_at
FROM alerting.alert WHERE state IN ('pending', 'firing', 'acknowledged', 'recovering') ORDER BY id;

-- name: open_of_series
SELECT id, alert_key, episode, rule, kind, rule_version, severity, territory, indicator, collection, period, state, seq,
       data_status, inputs, simulated, owner, ack_reason, commitment_date, opened_at, changed_at
FROM alerting.alert
WHERE rule = $1 AND indicator = $2 AND territory = ANY ($3)
  AND state IN ('pending', 'firing', 'acknowledged', 'recovering')
ORDER BY id;

-- name: commitments_over
SELECT id, alert_key, episode, rule, kind, rule_version, severity, territory, indicator, collection, period, state, seq,
       data_status, inputs, simulated, owner, ack_reason, commitment_date, opened_at, changed_at
FROM alerting.alert WHERE state = 'acknowledged' AND commitment_date < $1 ORDER BY id;

-- name: alert_by_id
SELECT id, alert_key, episode, rule, kind, rule_version, severity, territory, indicator, collection, period, state, seq,
       data_status, inputs, simulated, owner, ack_reason, commitment_date, opened_at, changed_at
FROM alerting.alert WHERE id = $1;

-- name: save_alert
INSERT INTO alerting.alert (id, alert_key, episode, rule, kind, rule_version, severity, territory, indicator, collection,
                            period, state, seq, data_status, inputs, simulated, owner, ack_reason, commitment_date,
                            opened_at, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
ON CONFLICT (id) DO UPDATE
SET state = excluded.state, seq = excluded.seq, data_status = excluded.data_status, inputs = excluded.inputs,
    simulated = excluded.simulated, owner = excluded.owner, ack_reason = excluded.ack_reason,
    commitment_date = excluded.commitment_date, changed_at = excluded.changed_at;

-- name: append_transition
INSERT INTO alerting.transition (alert_id, seq, from_state, to_state, reason, rule_version, inputs, actor, decided_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: transitions_of
SELECT seq, from_state, to_state, reason, rule_version, inputs, actor, decided_at
FROM alerting.transition WHERE alert_id = $1 ORDER BY seq;

-- name: notifications_of
SELECT id, seq, kind, recipient, channel, status, subject, message_id, created_at, sent_at, attempts, last_error
FROM alerting.notification WHERE alert_id = $1 ORDER BY seq, channel, recipient;

-- $1 state, $2 rule, $3 territories, each NULL for any. Newest change first.
-- name: list_alerts
SELECT id, alert_key, episode, rule, kind, rule_version, severity, territory, indicator, collection, period, state, seq,
       data_status, inputs, simulated, owner, ack_reason, commitment_date, opened_at, changed_at
FROM alerting.alert
WHERE ($1::text[] IS NULL OR state = ANY ($1))
  AND ($2::text IS NULL OR rule = $2)
  AND ($3::text[] IS NULL OR territory = ANY ($3))
ORDER BY changed_at DESC, id
LIMIT $4;

-- name: marked_places
SELECT indicator, period, territory FROM entitled.suppression;
