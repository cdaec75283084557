-- migrate:up
-- Reference data that people edit in deploy/catalogue; `vigie catalogue load` replaces it in one transaction.
CREATE SCHEMA catalogue;

CREATE TABLE catalogue.version (
    only_row  boolean PRIMARY KEY DEFAULT TRUE CHECK (only_row),
    digest    text NOT NULL,
    loaded_at timestamptz NOT NULL
);

CREATE TABLE catalogue.territory (
    code     text PRIMARY KEY,
    position integer NOT NULL,
    name     text NOT NULL,
    level    text NOT NULL CHECK (level IN ('country', 'region', 'department', 'metropole')),
    parent   text REFERENCES catalogue.territory (code) DEFERRABLE INITIALLY DEFERRED,
    zone     text NOT NULL,
    holidays text NOT NULL
);

CREATE TABLE catalogue.indicator (
    code                  text NOT NULL,
    position              integer NOT NULL,
    definition_version    integer NOT NULL,
    label                 text NOT NULL,
    axis                  integer NOT NULL,
    measure               text NOT NULL,
    kind                  text NOT NULL,
    unit                  text NOT NULL,
    direction             text NOT NULL CHECK (direction IN ('up', 'down', 'none')),
    frequency             text NOT NULL,
    method                text NOT NULL CHECK (method IN ('none', 'ratio', 'sum', 'last', 'max', 'mean')),
    metropoles            text NOT NULL CHECK (metropoles IN ('added', 'inside', 'not_asked')),
    numerator_label       text NOT NULL,
    denominator_label     text NOT NULL,
    denominator_indicator text,
    reporter              text NOT NULL,
    source                text NOT NULL,
    valid_from            date,
    valid_to              date,
    over_time             text NOT NULL CHECK (over_time IN ('none', 'ratio', 'sum', 'last', 'max', 'mean')),
    sources               text NOT NULL CHECK (sources IN ('rival', 'parts')),
    small_cell            integer NOT NULL CHECK (small_cell >= 0),
    PRIMARY KEY (code, definition_version)
);

CREATE TABLE catalogue.feed (
    code  text PRIMARY KEY,
    label text NOT NULL
);

CREATE TABLE catalogue.collection (
    code        text PRIMARY KEY,
    label       text NOT NULL,
    feeds       text[] NOT NULL,
    period      text NOT NULL,
    due_on      date NOT NULL,
    source_text text NOT NULL,
    indicators  text[] NOT NULL
);

CREATE TABLE catalogue.collection_member (
    collection  text NOT NULL REFERENCES catalogue.collection (code) ON DELETE CASCADE,
    territory   text NOT NULL,
    expectation text NOT NULL CHECK (expectation IN ('expected', 'waived')),
    due_on      date,
    source_text text NOT NULL,
    PRIMARY KEY (collection, territory)
);

CREATE TABLE catalogue.target (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    indicator     text NOT NULL,
    territory     text NOT NULL,
    period        text,
    due           date,
    value         numeric NOT NULL,
    comparator    text NOT NULL CHECK (comparator IN ('>=', '<=')),
    baseline      numeric,
    baseline_date date,
    commitment    text NOT NULL CHECK (commitment IN ('agreed', 'proposal', 'estimate')),
    simulated     boolean NOT NULL,
    source        text NOT NULL,
    version       integer NOT NULL,
    UNIQUE NULLS NOT DISTINCT (indicator, territory, period, due, version)
);

CREATE TABLE catalogue.rule (
    code       text PRIMARY KEY,
    kind       text NOT NULL,
    version    integer NOT NULL,
    label      text NOT NULL,
    severity   text NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    enabled    boolean NOT NULL,
    parameters jsonb NOT NULL
);

CREATE TABLE catalogue.recipient (
    code        text PRIMARY KEY,
    role        text NOT NULL,
    label       text NOT NULL,
    email       text NOT NULL,
    territories text[] NOT NULL,
    rules       text[] NOT NULL
);

CREATE TABLE catalogue.coherence_check (
    code       text PRIMARY KEY,
    definition jsonb NOT NULL
);

-- migrate:down
DROP SCHEMA catalogue CASCADE;
