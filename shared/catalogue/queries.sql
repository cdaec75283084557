-- name: lock
-- Two loads at once would each delete and insert; readers are not held up.
LOCK TABLE catalogue.version IN SHARE ROW EXCLUSIVE MODE

-- name: digest
SELECT digest FROM catalogue.version

-- name: save_version
INSERT INTO catalogue.version (digest, loaded_at) VALUES ($1, $2)
ON CONFLICT (only_row) DO UPDATE SET digest = excluded.digest, loaded_at = excluded.loaded_at

-- name: clear
-- DELETE, not TRUNCATE: a reader in its snapshot must go on seeing the catalogue it started with.
DELETE FROM catalogue.collection_member;
DELETE FROM catalogue.collection;
DELETE FROM catalogue.feed;
DELETE FROM catalogue.target;
DELETE FROM catalogue.rule;
DELETE FROM catalogue.recipient;
DELETE FROM catalogue.coherence_check;
DELETE FROM catalogue.indicator;
DELETE FROM catalogue.territory;

-- name: add_territory
INSERT INTO catalogue.territory (position, code, name, level, parent, zone, holidays)
VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: territories
SELECT code, name, level, parent, zone, holidays FROM catalogue.territory ORDER BY position

-- name: add_indicator
INSERT INTO catalogue.indicator (position, code, definition_version, label, axis, measure, kind, unit, direction, frequency,
    method, metropoles, numerator_label, denominator_label, denominator_indicator, reporter, source, valid_from, valid_to,
    over_time, sources, small_cell)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)

-- name: indicators
SELECT code, definition_version, label, axis, measure, kind, unit, direction, frequency, method, metropoles,
       numerator_label, denominator_label, denominator_indicator, reporter, source, valid_from, valid_to,
       over_time, sources, small_cell
FROM catalogue.indicator ORDER BY position, definition_version

-- name: add_feed
INSERT INTO catalogue.feed (code, label) VALUES ($1, $2)

-- name: feeds
SELECT code, label FROM catalogue.feed ORDER BY code

-- name: add_collection
INSERT INTO catalogue.collection (code, label, feeds, period, due_on, source_text, indicators)
VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: collections
SELECT code, label, feeds, period, due_on, source_text, indicators FROM catalogue.collection ORDER BY code COLLATE "C"

-- name: add_member
INSERT INTO catalogue.collection_member (collection, territory, expectation, due_on, source_text)
VALUES ($1, $2, $3, $4, $5)

-- name: members
SELECT collection, territory, expectation, due_on, source_text FROM catalogue.collection_member
ORDER BY collection COLLATE "C", territory COLLATE "C"

-- name: add_target
INSERT INTO catalogue.target (indicator, territory, period, due, value, comparator, baseline, baseline_date, commitment,
    simulated, source, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)

-- name: targets
SELECT indicator, territory, period, due, value, comparator, baseline, baseline_date, commitment, simulated, source, version
FROM catalogue.target ORDER BY id

-- name: add_rule
INSERT INTO catalogue.rule (code, kind, version, label, severity, enabled, parameters) VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: rules
SELECT code, kind, version, label, severity, enabled, parameters FROM catalogue.rule ORDER BY code COLLATE "C"

-- name: add_recipient
INSERT INTO catalogue.recipient (code, role, label, email, territories, rules) VALUES ($1, $2, $3, $4, $5, $6)

-- name: recipients
SELECT code, role, label, email, territories, rules FROM catalogue.recipient ORDER BY code COLLATE "C"

-- name: add_check
INSERT INTO catalogue.coherence_check (code, definition) VALUES ($1, $2)

-- name: checks
SELECT definition FROM catalogue.coherence_check ORDER BY code COLLATE "C"
