-- migrate:up
-- What one service may read of another, exact: a contract, like a topic. Schema `entitled` is for the services and for
-- those entitled to every figure; schema `published` holds the same views for everybody, without the small cells.
CREATE SCHEMA entitled;
CREATE SCHEMA published;

CREATE VIEW entitled.territory AS SELECT code, position, name, level, parent, zone, holidays FROM catalogue.territory;
CREATE VIEW entitled.indicator AS SELECT * FROM catalogue.indicator;
CREATE VIEW entitled.feed AS SELECT * FROM catalogue.feed;
CREATE VIEW entitled.collection AS SELECT * FROM catalogue.collection;
CREATE VIEW entitled.target AS SELECT * FROM catalogue.target;
CREATE VIEW entitled.rule AS SELECT code, kind, version, label, severity, enabled, parameters FROM catalogue.rule;
CREATE VIEW entitled.coherence_check AS SELECT code, definition FROM catalogue.coherence_check;
-- Roles and their names; addresses stay with alerting.
CREATE VIEW entitled.recipient AS SELECT code, role, label FROM catalogue.recipient;

CREATE VIEW entitled.observation_version AS
SELECT indicator, period, territory, source, basis, submission_seq, event_id, receipt_id, sheet, row_number, column_name,
       feed, definition_version, value, numerator, denominator, status, qualifier, simulated, reported_at, received_at
FROM aggregator.observation_version;

-- What the public may not see and why (shared/computation/disclosure): for those who may.
CREATE VIEW entitled.suppression AS SELECT indicator, period, territory, reason, following FROM aggregator.suppression;

-- suppressed: the public sees that there is a figure, and not what it is.
CREATE VIEW entitled.observation AS
SELECT o.*, COALESCE(s.reason IN ('primary', 'secondary'), FALSE) AS suppressed
FROM (
    SELECT DISTINCT ON (indicator, period, territory, source, basis) *
    FROM entitled.observation_version
    ORDER BY indicator, period, territory, source, basis, submission_seq DESC
) AS o LEFT JOIN aggregator.suppression AS s USING (indicator, period, territory);

-- The registers: every version, and the newest of each entry, withdrawn or not, with its status.
CREATE VIEW entitled.project_call_version AS
SELECT id, submission_seq, event_id, receipt_id, sheet, row_number, feed, source, status, simulated, received_at, territory,
       period, note, kind, name, launched_by, scale, launched, closed, decided, budget, submitted, selected,
       selected_regional, selected_departmental, awarded, awarded_qualifier
FROM aggregator.project_call_version;
CREATE VIEW entitled.project_call AS
SELECT DISTINCT ON (id) * FROM entitled.project_call_version ORDER BY id, submission_seq DESC;

CREATE VIEW entitled.project_version AS
SELECT id, submission_seq, event_id, receipt_id, sheet, row_number, feed, source, status, simulated, received_at, territory,
       period, note, call, organisation, title, theme, amount, scale, locality
FROM aggregator.project_version;
CREATE VIEW entitled.project AS
SELECT DISTINCT ON (id) * FROM entitled.project_version ORDER BY id, submission_seq DESC;

CREATE VIEW entitled.action_version AS
SELECT id, submission_seq, event_id, receipt_id, sheet, row_number, feed, source, status, simulated, received_at, territory,
       period, note, code, kind, parent, title, cost, continued
FROM aggregator.action_version;
CREATE VIEW entitled.action AS
SELECT DISTINCT ON (id) * FROM entitled.action_version ORDER BY id, submission_seq DESC;

CREATE VIEW entitled.milestone_version AS
SELECT id, submission_seq, event_id, receipt_id, sheet, row_number, feed, source, status, simulated, received_at, territory,
       period, note, title, subject, due, reached_on, state
FROM aggregator.milestone_version;
CREATE VIEW entitled.milestone AS
SELECT DISTINCT ON (id) * FROM entitled.milestone_version ORDER BY id, submission_seq DESC;

-- How much of a receipt is stored: versions of its figures and entries, not the totals that Vigie made of them.
CREATE VIEW entitled.receipt_progress AS
SELECT receipt_id, count(*) AS stored
FROM (
    SELECT receipt_id FROM aggregator.observation_version WHERE feed <> 'registers'
    UNION ALL SELECT receipt_id FROM aggregator.project_call_version
    UNION ALL SELECT receipt_id FROM aggregator.project_version
    UNION ALL SELECT receipt_id FROM aggregator.action_version
    UNION ALL SELECT receipt_id FROM aggregator.milestone_version
) AS version
GROUP BY receipt_id;

CREATE VIEW entitled.rollup AS
SELECT indicator, period, territory, level, method, definition_version, value, numerator, denominator, reported, expected,
       absent, unpaired, incomplete, eligible, from_periods, coverage, coverage_weight, low, high, minimum AS min, median,
       maximum AS max, status, basis, simulated, evolution_against, comparable, change, common, common_before, common_now,
       common_change, version, written_at, COALESCE(s.reason IN ('primary', 'secondary'), FALSE) AS suppressed
FROM aggregator.rollup LEFT JOIN aggregator.suppression AS s USING (indicator, period, territory);

CREATE VIEW entitled.check_result AS SELECT * FROM aggregator.check_result;
CREATE VIEW entitled.check_history AS SELECT * FROM aggregator.check_history;

CREATE VIEW entitled.receipt AS
SELECT id, submission_seq, feed, reporter, period, collection, territories, file_name, media_type, sha256, size_bytes,
       received_at, published_at, stage, status, accepted, unchanged, rejected, withdrawn, nil_return, simulated, mode,
       accepted_sha256, seal, repairs, errors
FROM ingestion.receipt;

CREATE VIEW entitled.expected_report AS SELECT * FROM alerting.expected_report;
CREATE VIEW entitled.alert AS SELECT * FROM alerting.alert;
CREATE VIEW entitled.alert_transition AS SELECT * FROM alerting.transition;
CREATE VIEW entitled.notification AS
SELECT id, alert_id, seq, kind, recipient, channel, status, subject, message_id, simulated, created_at, enqueued_at, sent_at,
       attempts, last_error
FROM alerting.notification;


-- The same for everybody.
CREATE VIEW published.territory AS SELECT * FROM entitled.territory;
CREATE VIEW published.indicator AS SELECT * FROM entitled.indicator;
CREATE VIEW published.feed AS SELECT * FROM entitled.feed;
CREATE VIEW published.collection AS SELECT * FROM entitled.collection;
CREATE VIEW published.target AS SELECT * FROM entitled.target;
CREATE VIEW published.rule AS SELECT * FROM entitled.rule;
CREATE VIEW published.coherence_check AS SELECT * FROM entitled.coherence_check;
CREATE VIEW published.recipient AS SELECT * FROM entitled.recipient;

-- Without the small cells. An earlier version is readable only where nothing small ever entered: the difference of two
-- totals would be what came in between. Territories outside the catalogue have no marks yet, so they have no row either.
CREATE VIEW published.observation_version AS
SELECT o.indicator, o.period, o.territory, o.source, o.basis, o.submission_seq, o.event_id, o.receipt_id, o.sheet,
       o.row_number, o.column_name, o.feed, o.definition_version, CASE WHEN w.held THEN NULL ELSE o.value END AS value,
       CASE WHEN w.held THEN NULL ELSE o.numerator END AS numerator,
       CASE WHEN w.held THEN NULL ELSE o.denominator END AS denominator, o.status, o.qualifier, o.simulated,
       o.reported_at, o.received_at, w.held AS suppressed
FROM entitled.observation_version AS o
    JOIN catalogue.territory AS t ON t.code = o.territory
    LEFT JOIN aggregator.suppression AS s USING (indicator, period, territory)
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN s.reason IS NULL THEN FALSE
            WHEN s.reason IN ('primary', 'secondary') THEN TRUE
            ELSE EXISTS (
                SELECT FROM aggregator.observation_version AS n
                WHERE (n.indicator, n.period, n.territory, n.source, n.basis)
                      = (o.indicator, o.period, o.territory, o.source, o.basis)
                  AND n.submission_seq > o.submission_seq)
        END AS held
    ) AS w;

CREATE VIEW published.observation AS
SELECT o.indicator, o.period, o.territory, o.source, o.basis, o.submission_seq, o.event_id, o.receipt_id, o.sheet,
       o.row_number, o.column_name, o.feed, o.definition_version,
       CASE WHEN o.suppressed THEN NULL ELSE o.value END AS value,
       CASE WHEN o.suppressed THEN NULL ELSE o.numerator END AS numerator,
       CASE WHEN o.suppressed THEN NULL ELSE o.denominator END AS denominator,
       o.status, o.qualifier, o.simulated, o.reported_at, o.received_at, o.suppressed
FROM entitled.observation AS o JOIN catalogue.territory AS t ON t.code = o.territory;
CREATE VIEW published.project_call_version AS SELECT * FROM entitled.project_call_version;
CREATE VIEW published.project_call AS SELECT * FROM entitled.project_call;
CREATE VIEW published.project_version AS SELECT * FROM entitled.project_version;
CREATE VIEW published.project AS SELECT * FROM entitled.project;
CREATE VIEW published.action_version AS SELECT * FROM entitled.action_version;
CREATE VIEW published.action AS SELECT * FROM entitled.action;
CREATE VIEW published.milestone_version AS SELECT * FROM entitled.milestone_version;
CREATE VIEW published.milestone AS SELECT * FROM entitled.milestone;
CREATE VIEW published.receipt_progress AS SELECT * FROM entitled.receipt_progress;

-- single: a contributor, or the period before, is withheld; what would single it out goes too, the figure stands.
CREATE VIEW published.rollup AS
SELECT r.indicator, r.period, r.territory, r.level, r.method, r.definition_version,
       CASE WHEN r.suppressed THEN NULL ELSE r.value END AS value,
       CASE WHEN r.suppressed THEN NULL ELSE r.numerator END AS numerator,
       CASE WHEN r.suppressed THEN NULL ELSE r.denominator END AS denominator,
       r.reported, r.expected, r.absent, r.unpaired, r.incomplete, r.eligible, r.from_periods, r.coverage,
       CASE WHEN w.single THEN NULL ELSE r.coverage_weight END AS coverage_weight,
       CASE WHEN w.single THEN NULL ELSE r.low END AS low, CASE WHEN w.single THEN NULL ELSE r.high END AS high,
       CASE WHEN w.single THEN NULL ELSE r.min END AS min, CASE WHEN w.single THEN NULL ELSE r.median END AS median,
       CASE WHEN w.single THEN NULL ELSE r.max END AS max, r.status, r.basis, r.simulated, r.evolution_against,
       r.comparable, CASE WHEN w.single THEN NULL ELSE r.change END AS change, r.common,
       CASE WHEN w.single THEN NULL ELSE r.common_before END AS common_before,
       CASE WHEN w.single THEN NULL ELSE r.common_now END AS common_now,
       CASE WHEN w.single THEN NULL ELSE r.common_change END AS common_change, r.version, r.written_at, r.suppressed
FROM entitled.rollup AS r
    LEFT JOIN aggregator.suppression AS s
        ON (s.indicator, s.period, s.territory) = (r.indicator, r.period, r.territory) AND s.reason <> 'past'
    LEFT JOIN aggregator.suppression AS b
        ON (b.indicator, b.following, b.territory) = (r.indicator, r.period, r.territory) AND b.reason <> 'past'
    CROSS JOIN LATERAL (SELECT s.reason IS NOT NULL OR b.reason IS NOT NULL AS single) AS w;

-- A check about a withheld figure says nothing: even its state compares that figure with others. Those that look at
-- other periods, territories or sources are silent where any figure of theirs is withheld. The history is a past.
CREATE VIEW published.check_result AS
SELECT c.code, c.subject, c.territory, c.period, c.kind, CASE WHEN w.held THEN 'unknown' ELSE c.state END AS state,
       CASE WHEN w.held THEN NULL ELSE c.previous END AS previous, c.indicators,
       CASE WHEN w.held THEN NULL ELSE c.expected END AS expected,
       CASE WHEN w.held THEN NULL ELSE c.computed END AS computed,
       CASE WHEN w.held THEN NULL ELSE c.difference END AS difference,
       CASE WHEN w.held THEN '{}'::jsonb ELSE c.detail END AS detail,
       c.inputs, c.simulated, c.evaluated_at, w.held AS suppressed
FROM entitled.check_result AS c
    CROSS JOIN LATERAL (
        SELECT EXISTS (
            SELECT FROM aggregator.suppression AS s
            WHERE s.indicator = ANY (c.indicators) AND s.reason IN ('primary', 'secondary')
              AND (c.kind NOT IN ('declared_vs_computed', 'part_of', 'sums_to', 'ratio_of')
                   OR (s.period, s.territory) = (c.period, c.territory))) AS held
    ) AS w;

CREATE VIEW published.check_history AS
SELECT c.id, c.code, c.subject, c.territory, c.period, c.kind, CASE WHEN w.held THEN 'unknown' ELSE c.state END AS state,
       c.indicators, CASE WHEN w.held THEN NULL ELSE c.expected END AS expected,
       CASE WHEN w.held THEN NULL ELSE c.computed END AS computed,
       CASE WHEN w.held THEN NULL ELSE c.difference END AS difference,
       CASE WHEN w.held THEN '{}'::jsonb ELSE c.detail END AS detail,
       c.inputs, c.simulated, c.gone, c.evaluated_at, w.held AS suppressed
FROM entitled.check_history AS c
    CROSS JOIN LATERAL (
        SELECT EXISTS (
            SELECT FROM aggregator.suppression AS s
            WHERE s.indicator = ANY (c.indicators)
              AND (c.kind NOT IN ('declared_vs_computed', 'part_of', 'sums_to', 'ratio_of')
                   OR (s.period, s.territory) = (c.period, c.territory))) AS held
    ) AS w;

-- Repairs and errors quote cells of the file.
-- A digest of a file of three numbers tells them to whoever tries the numbers.
CREATE VIEW published.receipt AS
SELECT id, submission_seq, feed, reporter, period, collection, territories, file_name, media_type, ''::text AS sha256,
       size_bytes, received_at, published_at, stage, status, accepted, unchanged, rejected, withdrawn, nil_return, simulated,
       mode, ''::text AS accepted_sha256, NULL::text AS seal, '[]'::jsonb AS repairs, '[]'::jsonb AS errors
FROM entitled.receipt;
CREATE VIEW published.expected_report AS SELECT * FROM entitled.expected_report;

-- What an alert was decided on is a figure of its instant: a past. What somebody wrote beside it may quote that figure.
CREATE VIEW published.alert AS
SELECT a.id, a.alert_key, a.episode, a.rule, a.kind, a.rule_version, a.severity, a.territory, a.indicator, a.collection,
       a.period, a.state, a.seq, a.data_status, CASE WHEN w.held THEN '{}'::jsonb ELSE a.inputs END AS inputs,
       a.simulated, a.owner, CASE WHEN w.held THEN NULL ELSE a.ack_reason END AS ack_reason, a.commitment_date,
       a.opened_at, a.changed_at, w.held AS suppressed
FROM entitled.alert AS a
    CROSS JOIN LATERAL (
        SELECT EXISTS (
            SELECT FROM aggregator.suppression AS s
            WHERE (s.indicator, s.period, s.territory) = (a.indicator, a.period, a.territory)) AS held
    ) AS w;
CREATE VIEW published.alert_transition AS
SELECT t.alert_id, t.seq, t.from_state, t.to_state, t.reason, t.rule_version,
       CASE WHEN a.suppressed THEN '{}'::jsonb ELSE t.inputs END AS inputs, t.actor, t.decided_at
FROM entitled.alert_transition AS t JOIN published.alert AS a ON a.id = t.alert_id;
CREATE VIEW published.notification AS
SELECT n.id, n.alert_id, n.seq, n.kind, n.recipient, n.channel, n.status,
       CASE WHEN a.suppressed THEN NULL ELSE n.subject END AS subject, n.message_id, n.simulated, n.created_at,
       n.enqueued_at, n.sent_at, n.attempts, n.last_error
FROM entitled.notification AS n JOIN published.alert AS a ON a.id = n.alert_id;

-- Grafana and analysts: SELECT on these views and nothing else.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'vigie_reader') THEN
        CREATE ROLE vigie_reader NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'vigie_analyst') THEN
        CREATE ROLE vigie_analyst NOLOGIN;
    END IF;
END $$;
GRANT USAGE ON SCHEMA published TO vigie_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA published TO vigie_reader;
GRANT USAGE ON SCHEMA entitled TO vigie_analyst;
GRANT SELECT ON ALL TABLES IN SCHEMA entitled TO vigie_analyst;

-- migrate:down
DROP SCHEMA published CASCADE;
DROP SCHEMA entitled CASCADE;
