-- name: lock_registers
-- One writer of registers at a time: an entry that moves from one group to another touches the totals of both.
SELECT pg_advisory_xact_lock(hashtextextended('vigie registers', 0));

-- name: save_project_call
INSERT INTO aggregator.project_call_version (
    id, submission_seq, event_id, receipt_id, sheet, row_number, feed, source, status, simulated, received_at, territory,
    period, note, kind, name, launched_by, scale, launched, closed, decided, budget, submitted, selected,
    selected_regional, selected_departmental, awarded, awarded_qualifier)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
        $25, $26, $27, $28)
ON CONFLICT DO NOTHING;

-- name: save_project
INSERT INTO aggregator.project_version (
    id, submission_seq, event_id, receipt_id, sheet, row_number, feed, source, status, simulated, received_at, territory,
    period, note, call, organisation, title, theme, amount, scale, locality)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
ON CONFLICT DO NOTHING;

-- name: save_action
INSERT INTO aggregator.action_version (
    id, submission_seq, event_id, receipt_id, sheet, row_number, feed, source, status, simulated, received_at, territory,
    period, note, code, kind, parent, title, cost, continued)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
ON CONFLICT DO NOTHING;

-- name: save_milestone
INSERT INTO aggregator.milestone_version (
    id, submission_seq, event_id, receipt_id, sheet, row_number, feed, source, status, simulated, received_at, territory,
    period, note, title, subject, due, reached_on, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
ON CONFLICT DO NOTHING;

-- name: calls_of_projects
-- Every call that a version of these projects names: the one that a project left has to know it.
SELECT DISTINCT call FROM aggregator.project_version WHERE id = ANY ($1::text[]);

-- name: conventions_of_actions
SELECT DISTINCT territory, period FROM aggregator.action_version WHERE id = ANY ($1::text[]);

-- name: versions_of_call
SELECT id, submission_seq, event_id, receipt_id, sheet, row_number, feed, source, status, simulated, received_at, territory,
       period, note, kind, name, launched_by, scale, launched, closed, decided, budget, submitted, selected,
       selected_regional, selected_departmental, awarded, awarded_qualifier
FROM aggregator.project_call_version WHERE id = $1;

-- name: versions_of_projects
SELECT id, submission_seq, event_id, receipt_id, sheet, row_number, feed, source, status, simulated, received_at, territory,
       period, note, call, organisation, title, theme, amount, scale, locality
FROM aggregator.project_version
WHERE id IN (SELECT once.id FROM aggregator.project_version AS once WHERE once.call = $1);

-- name: versions_of_actions
SELECT id, submission_seq, event_id, receipt_id, sheet, row_number, feed, source, status, simulated, received_at, territory,
       period, note, code, kind, parent, title, cost, continued
FROM aggregator.action_version
WHERE id IN (SELECT once.id FROM aggregator.action_version AS once WHERE once.territory = $1 AND once.period = $2);

-- name: totals_of_sources
-- The feed of totals is written out, not a parameter, for the sake of their partial index.
SELECT indicator, period, territory, source, basis, submission_seq, event_id, receipt_id, feed, definition_version, value,
       numerator, denominator, status, qualifier, simulated, received_at
FROM aggregator.observation_version
WHERE source = ANY ($1::text[]) AND feed = 'registers';

-- name: delete_total
DELETE FROM aggregator.observation_version
WHERE indicator = $1 AND period = $2 AND territory = $3 AND source = $4 AND basis = $5 AND submission_seq = $6 AND feed = 'registers';

-- name: save_total
INSERT INTO aggregator.observation_version (
    indicator, period, territory, source, basis, submission_seq, event_id, receipt_id, sheet, row_number, column_name, feed,
    definition_version, value, numerator, denominator, status, qualifier, simulated, reported_at, received_at, written_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', NULL, '', $9, $10, $11, $12, $13, $14, $15, $16, NULL, $17, $18);
