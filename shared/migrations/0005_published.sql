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

CREATE VIEW entitled.observation AS
SELECT DISTINCT ON (indicator, period, territory, source, basis) *
FROM entitled.observation_version
ORDER BY indicator, period, territory, source, basis, submission_seq DESC;

CREATE VIEW entitled.receipt_progress AS
SELECT receipt_id, count(*) AS stored FROM aggregator.observation_version GROUP BY receipt_id;

CREATE VIEW entitled.rollup AS
SELECT indicator, period, territory, level, method, definition_version, value, numerator, denominator, reported, expected,
       absent, unpaired, incomplete, eligible, from_periods, coverage, coverage_weight, low, high, minimum AS min, median,
       maximum AS max, status, basis, simulated, evolution_against, comparable, change, common, common_before, common_now,
       common_change, version, written_at
FROM aggregator.rollup;

CREATE VIEW entitled.check_result AS SELECT * FROM aggregator.check_result;
CREATE VIEW entitled.check_history AS SELECT * FROM aggregator.check_history;

CREATE VIEW entitled.receipt AS
SELECT id, submission_seq, feed, reporter, period, collection, territories, file_name, media_type, sha256, size_bytes,
       received_at, published_at, stage, status, accepted, unchanged, rejected, nil_return, simulated, repairs, errors
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
CREATE VIEW published.observation_version AS SELECT * FROM entitled.observation_version;
CREATE VIEW published.observation AS SELECT * FROM entitled.observation;
CREATE VIEW published.receipt_progress AS SELECT * FROM entitled.receipt_progress;
CREATE VIEW published.rollup AS SELECT * FROM entitled.rollup;
CREATE VIEW published.check_result AS SELECT * FROM entitled.check_result;
CREATE VIEW published.check_history AS SELECT * FROM entitled.check_history;
CREATE VIEW published.receipt AS SELECT * FROM entitled.receipt;
CREATE VIEW published.expected_report AS SELECT * FROM entitled.expected_report;
CREATE VIEW published.alert AS SELECT * FROM entitled.alert;
CREATE VIEW published.alert_transition AS SELECT * FROM entitled.alert_transition;
CREATE VIEW published.notification AS SELECT * FROM entitled.notification;

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
