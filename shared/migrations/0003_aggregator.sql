-- migrate:up
CREATE SCHEMA aggregator;

-- Append only: the newest submission_seq of a cell is its current value, the rest is its history.
CREATE TABLE aggregator.observation_version (
    indicator          text NOT NULL,
    period             text NOT NULL,
    territory          text NOT NULL,
    source             text NOT NULL,
    basis              text NOT NULL CHECK (basis IN ('reported', 'declared', 'computed')),
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
-- What was known at an instant: the versions received up to it.
CREATE INDEX observation_version_received ON aggregator.observation_version (received_at);
CREATE INDEX observation_version_receipt ON aggregator.observation_version (receipt_id);
-- Totals of registers, which are replaced source by source.
CREATE INDEX observation_version_total ON aggregator.observation_version (source) WHERE feed = 'registers';

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
    incomplete         text[] NOT NULL,
    eligible           integer,
    from_periods       text[] NOT NULL,
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
    -- Against the period before: as it is, and among those who are in both.
    evolution_against  text,
    comparable         boolean,
    change             numeric,
    common             text[],
    common_before      numeric,
    common_now         numeric,
    common_change      numeric,
    version            text NOT NULL,
    written_at         timestamptz NOT NULL,
    PRIMARY KEY (indicator, period, territory)
);
CREATE INDEX rollup_territory ON aggregator.rollup (territory);

-- subject: the indicator that a check of whatever indicators found it in, empty for a check of named ones.
CREATE TABLE aggregator.check_result (
    code         text NOT NULL,
    subject      text NOT NULL,
    territory    text NOT NULL,
    period       text NOT NULL,
    kind         text NOT NULL,
    state        text NOT NULL CHECK (state IN ('holds', 'fails', 'unknown')),
    previous     text,
    indicators   text[] NOT NULL,
    expected     numeric,
    computed     numeric,
    difference   numeric,
    detail       jsonb NOT NULL,
    inputs       text NOT NULL,
    simulated    boolean NOT NULL,
    evaluated_at timestamptz NOT NULL,
    PRIMARY KEY (code, subject, territory, period)
);
CREATE INDEX check_result_territory ON aggregator.check_result (territory);

-- One row each time that what a check compares changes, so that a figure that was in doubt stays known as such. Coming
-- back to earlier inputs is a row again: the order is that of id.
CREATE TABLE aggregator.check_history (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code         text NOT NULL,
    subject      text NOT NULL,
    territory    text NOT NULL,
    period       text NOT NULL,
    kind         text NOT NULL,
    state        text NOT NULL,
    indicators   text[] NOT NULL,
    expected     numeric,
    computed     numeric,
    difference   numeric,
    detail       jsonb NOT NULL,
    inputs       text NOT NULL,
    simulated    boolean NOT NULL,
    -- Nothing to compare any more: the check has no result here from then on.
    gone         boolean NOT NULL,
    evaluated_at timestamptz NOT NULL
);
CREATE INDEX check_history_place ON aggregator.check_history (code, subject, territory, period, id);

-- How many versions each submission holds: its checks are evaluated when all of them are stored.
CREATE TABLE aggregator.submission (
    receipt_id  text PRIMARY KEY,
    versions    integer NOT NULL,
    received_at timestamptz NOT NULL
);

-- Figures that moved and whose checks are to be evaluated; noticed_at is real time, it bounds the wait.
CREATE TABLE aggregator.pending_check (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    receipt_id text NOT NULL,
    indicator  text NOT NULL,
    period     text NOT NULL,
    territory  text NOT NULL,
    noticed_at timestamptz NOT NULL
);
CREATE INDEX pending_check_receipt ON aggregator.pending_check (receipt_id);

-- What the public may not see, so that no count of few people can be read or computed.
-- primary: too few people; secondary: needed to hide those; contributor: shown, without what would single out one of its
-- contributors and without its past; past: shown, its past is not. following: the next period of the same kind, whose
-- evolution would tell this figure.
CREATE TABLE aggregator.suppression (
    indicator text NOT NULL,
    period    text NOT NULL,
    territory text NOT NULL,
    reason    text NOT NULL CHECK (reason IN ('primary', 'secondary', 'contributor', 'past')),
    following text,
    PRIMARY KEY (indicator, period, territory)
);
CREATE INDEX suppression_following ON aggregator.suppression (indicator, following, territory);

-- The registers, versioned as observations are: the newest submission_seq of an id stands.
CREATE TABLE aggregator.project_call_version (
    id                    text NOT NULL,
    submission_seq        bigint NOT NULL,
    event_id              uuid NOT NULL,
    receipt_id            text NOT NULL,
    sheet                 text NOT NULL,
    row_number            integer,
    feed                  text NOT NULL,
    source                text NOT NULL,
    status                text NOT NULL CHECK (status IN ('final', 'provisional', 'estimated', 'withdrawn')),
    simulated             boolean NOT NULL,
    received_at           timestamptz NOT NULL,
    territory             text NOT NULL,
    period                text NOT NULL,
    note                  text NOT NULL,
    kind                  text NOT NULL,
    name                  text NOT NULL,
    launched_by           text NOT NULL,
    scale                 text NOT NULL,
    launched              text NOT NULL,
    closed                text NOT NULL,
    decided               text NOT NULL,
    budget                numeric,
    submitted             integer,
    selected              integer,
    selected_regional     integer,
    selected_departmental integer,
    awarded               numeric,
    awarded_qualifier     text NOT NULL,
    PRIMARY KEY (id, submission_seq)
);
CREATE INDEX project_call_version_receipt ON aggregator.project_call_version (receipt_id);

CREATE TABLE aggregator.project_version (
    id             text NOT NULL,
    submission_seq bigint NOT NULL,
    event_id       uuid NOT NULL,
    receipt_id     text NOT NULL,
    sheet          text NOT NULL,
    row_number     integer,
    feed           text NOT NULL,
    source         text NOT NULL,
    status         text NOT NULL CHECK (status IN ('final', 'provisional', 'estimated', 'withdrawn')),
    simulated      boolean NOT NULL,
    received_at    timestamptz NOT NULL,
    territory      text NOT NULL,
    period         text NOT NULL,
    note           text NOT NULL,
    call           text NOT NULL,
    organisation   text NOT NULL,
    title          text NOT NULL,
    theme          text NOT NULL,
    amount         numeric,
    scale          text NOT NULL,
    locality       text NOT NULL,
    PRIMARY KEY (id, submission_seq)
);
CREATE INDEX project_version_receipt ON aggregator.project_version (receipt_id);
CREATE INDEX project_version_call ON aggregator.project_version (call);

CREATE TABLE aggregator.action_version (
    id             text NOT NULL,
    submission_seq bigint NOT NULL,
    event_id       uuid NOT NULL,
    receipt_id     text NOT NULL,
    sheet          text NOT NULL,
    row_number     integer,
    feed           text NOT NULL,
    source         text NOT NULL,
    status         text NOT NULL CHECK (status IN ('final', 'provisional', 'estimated', 'withdrawn')),
    simulated      boolean NOT NULL,
    received_at    timestamptz NOT NULL,
    territory      text NOT NULL,
    period         text NOT NULL,
    note           text NOT NULL,
    code           text NOT NULL,
    kind           text NOT NULL CHECK (kind IN ('axis', 'action', 'declared_total')),
    parent         text NOT NULL,
    title          text NOT NULL,
    cost           numeric,
    continued      boolean,
    PRIMARY KEY (id, submission_seq)
);
CREATE INDEX action_version_receipt ON aggregator.action_version (receipt_id);
CREATE INDEX action_version_convention ON aggregator.action_version (territory, period);

CREATE TABLE aggregator.milestone_version (
    id             text NOT NULL,
    submission_seq bigint NOT NULL,
    event_id       uuid NOT NULL,
    receipt_id     text NOT NULL,
    sheet          text NOT NULL,
    row_number     integer,
    feed           text NOT NULL,
    source         text NOT NULL,
    status         text NOT NULL CHECK (status IN ('final', 'provisional', 'estimated', 'withdrawn')),
    simulated      boolean NOT NULL,
    received_at    timestamptz NOT NULL,
    territory      text NOT NULL,
    period         text NOT NULL,
    note           text NOT NULL,
    title          text NOT NULL,
    subject        text NOT NULL,
    due            date NOT NULL,
    reached_on     date,
    state          text NOT NULL CHECK (state IN ('planned', 'reached', 'dropped')),
    PRIMARY KEY (id, submission_seq)
);
CREATE INDEX milestone_version_receipt ON aggregator.milestone_version (receipt_id);

-- The catalogue that every rollup was last computed with.
CREATE TABLE aggregator.followed_catalogue (
    only_row    boolean PRIMARY KEY DEFAULT TRUE CHECK (only_row),
    digest      text NOT NULL,
    followed_at timestamptz NOT NULL
);

-- migrate:down
DROP SCHEMA aggregator CASCADE;
