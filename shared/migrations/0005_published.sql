-- migrate:up
-- What one service, Grafana or an analyst may read of another: a contract, like a topic.
CREATE SCHEMA published;

CREATE VIEW published.territory AS SELECT code, position, name, level, parent, zone, holidays FROM catalogue.territory;
CREATE VIEW published.indicator AS SELECT * FROM catalogue.indicator;
CREATE VIEW published.feed AS SELECT * FROM catalogue.feed;
CREATE VIEW published.collection AS SELECT * FROM catalogue.collection;
CREATE VIEW published.target AS SELECT * FROM catalogue.target;
CREATE VIEW published.rule AS SELECT code, kind, version, label, severity, enabled, parameters FROM catalogue.rule;
CREATE VIEW published.coherence_check AS SELECT code, definition FROM catalogue.coherence_check;
-- Roles and their names; addresses stay with alerting.
CREATE VIEW published.recipient AS SELECT code, role, label FROM catalogue.recipient;

CREATE VIEW published.observation_version AS
SELECT indicator, period, territory, source, basis, submission_seq, event_id, receipt_id, sheet, row_number, column_name,
       feed, definition_version, value, numerator, denominator, status, qualifier, simulated, reported_at, received_at
FROM aggregator.observation_version;

CREATE VIEW published.observation AS
SELECT DISTINCT ON (indicator, period, territory, source, basis) *
FROM published.observation_version
ORDER BY indicator, period, territory, source, basis, submission_seq DESC;

CREATE VIEW published.receipt_progress AS
SELECT receipt_id, count(*) AS stored FROM aggregator.observation_version GROUP BY receipt_id;

CREATE VIEW published.rollup AS
SELECT indicator, period, territory, level, method, definition_version, value, numerator, denominator, reported, expected,
       absent, unpaired, coverage, coverage_weight, low, high, minimum AS min, median, maximum AS max,
       status, basis, simulated, version, written_at
FROM aggregator.rollup;

CREATE VIEW published.check_result AS SELECT * FROM aggregator.check_result;
CREATE VIEW published.check_history AS SELECT * FROM aggregator.check_history;

CREATE VIEW published.receipt AS
SELECT id, submission_seq, feed, reporter, period, collection, territories, file_name, media_type, sha256, size_bytes,
       received_at, published_at, stage, status, accepted, unchanged, rejected, nil_return, simulated, repairs, errors
FROM ingestion.receipt;

CREATE VIEW published.expected_report AS SELECT * FROM alerting.expected_report;
CREATE VIEW published.alert AS SELECT * FROM alerting.alert;
CREATE VIEW published.alert_transition AS SELECT * FROM alerting.transition;
CREATE VIEW published.notification AS
SELECT id, alert_id, seq, kind, recipient, channel, status, subject, message_id, simulated, created_at, enqueued_at, sent_at,
       attempts, last_error
FROM alerting.notification;

-- Grafana and analysts: SELECT on these views and nothing else.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'vigie_reader') THEN
        CREATE ROLE vigie_reader NOLOGIN;
    END IF;
END $$;
GRANT USAGE ON SCHEMA published TO vigie_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA published TO vigie_reader;

-- migrate:down
DROP SCHEMA published CASCADE;
