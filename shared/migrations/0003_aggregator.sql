-- migrate:up
CREATE SCHEMA aggregator;

-- Append only: the newest submission_seq of a cell is its current value, the rest is its history.
CREATE TABLE aggregator.observation_version (
    indicator          text NOT NULL,
    period             text NOT NULL,
    territory          text NOT NULL,
    source             text NOT NULL,
    basis              text NOT NULL CHECK (basis IN ('reported', 'declared')),
    submission_seq     bigint NOT NULL,
    event_id           uuid NOT NULL,
    receipt_id         text NOT NULL,
    sheet              text NOT NULL,
    row_number         integer,
    column_name        text NOT NULL,
    feed               text NOT NULL,
    definition_version integer NOT NULL,
    value              numeric,
    numerator          numeric,
    denominator        numeric,
    status             text NOT NULL CHECK (status IN ('final', 'provisional', 'estimated', 'withdrawn')),
    qualifier          text NOT NULL,
    simulated          boolean NOT NULL,
    reported_at        timestamptz,
    received_at        timestamptz NOT NULL,
    written_at         timestamptz NOT NULL,
    PRIMARY KEY (indicator, period, territory, source, basis, submission_seq)
);
CREATE INDEX observation_version_receipt ON aggregator.observation_version (receipt_id);

CREATE TABLE aggregator.rollup (
    indicator          text NOT NULL,
    period             text NOT NULL,
    territory          text NOT NULL,
    level              text NOT NULL,
    method             text NOT NULL,
    definition_version integer NOT NULL,
    value              numeric,
    numerator          numeric,
    denominator        numeric,
    reported           integer NOT NULL,
    expected           integer,
    absent             text[] NOT NULL,
    unpaired           text[] NOT NULL,
    coverage           numeric,
    coverage_weight    numeric,
    low                numeric,
    high               numeric,
    minimum            numeric,
    median             numeric,
    maximum            numeric,
    status             text NOT NULL,
    basis              text NOT NULL CHECK (basis IN ('reported', 'declared', 'computed')),
    simulated          boolean NOT NULL,
    version            text NOT NULL,
    written_at         timestamptz NOT NULL,
    PRIMARY KEY (indicator, period, territory)
);
CREATE INDEX rollup_territory ON aggregator.rollup (territory);

CREATE TABLE aggregator.check_result (
    code         text NOT NULL,
    territory    text NOT NULL,
    period       text NOT NULL,
    kind         text NOT NULL,
    state        text NOT NULL CHECK (state IN ('holds', 'fails', 'unknown')),
    indicators   text[] NOT NULL,
    expected     numeric,
    computed     numeric,
    difference   numeric,
    detail       jsonb NOT NULL,
    inputs       text NOT NULL,
    simulated    boolean NOT NULL,
    evaluated_at timestamptz NOT NULL,
    PRIMARY KEY (code, territory, period)
);

-- One row each time a check changes state, so that a figure that was in doubt stays known as such.
CREATE TABLE aggregator.check_history (
    code         text NOT NULL,
    territory    text NOT NULL,
    period       text NOT NULL,
    inputs       text NOT NULL,
    state        text NOT NULL,
    expected     numeric,
    computed     numeric,
    difference   numeric,
    detail       jsonb NOT NULL,
    evaluated_at timestamptz NOT NULL,
    PRIMARY KEY (code, territory, period, inputs)
);

-- The catalogue that every rollup was last computed with.
CREATE TABLE aggregator.followed_catalogue (
    only_row    boolean PRIMARY KEY DEFAULT TRUE CHECK (only_row),
    digest      text NOT NULL,
    followed_at timestamptz NOT NULL
);

-- migrate:down
DROP SCHEMA aggregator CASCADE;
