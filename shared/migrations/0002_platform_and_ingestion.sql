-- migrate:up
CREATE SCHEMA platform;

CREATE TABLE platform.token (
    id          text PRIMARY KEY,
    hash        text NOT NULL UNIQUE,
    label       text NOT NULL,
    role        text NOT NULL CHECK (role IN ('department', 'commissioner', 'analyst', 'public', 'operator')),
    territories text[] NOT NULL,
    feeds       text[] NOT NULL,
    created_at  timestamptz NOT NULL,
    revoked_at  timestamptz
);

-- What a consumer could not read: also on vigie-dead-letters-v1, kept here so that it can be listed and replayed.
CREATE TABLE platform.dead_letter (
    id          text PRIMARY KEY,
    topic       text NOT NULL,
    partition   integer NOT NULL,
    "offset"    bigint NOT NULL,
    key         bytea,
    value       bytea,
    reason      text NOT NULL,
    consumer    text NOT NULL,
    recorded_at timestamptz NOT NULL,
    replayed_at timestamptz
);

CREATE SCHEMA ingestion;
CREATE SEQUENCE ingestion.submission_seq;

CREATE TABLE ingestion.receipt (
    id             text PRIMARY KEY,
    submission_seq bigint NOT NULL UNIQUE,
    feed           text NOT NULL,
    reporter       text NOT NULL,
    period         text NOT NULL,
    collection     text,
    territories    text[] NOT NULL,
    periods        text[] NOT NULL DEFAULT '{}',
    file_name      text NOT NULL,
    media_type     text NOT NULL,
    sha256         text NOT NULL,
    size_bytes     bigint NOT NULL,
    content        bytea,
    received_at    timestamptz NOT NULL,
    published_at   timestamptz,
    stage          text NOT NULL CHECK (stage IN ('received', 'published', 'refused')),
    status         text NOT NULL CHECK (status IN ('accepted', 'partial', 'rejected', 'duplicate')),
    accepted       integer NOT NULL,
    unchanged      integer NOT NULL,
    rejected       integer NOT NULL,
    withdrawn      integer NOT NULL DEFAULT 0,
    nil_return     boolean NOT NULL,
    simulated      boolean NOT NULL,
    mode           text NOT NULL DEFAULT 'patch' CHECK (mode IN ('patch', 'replace')),
    repairs        jsonb NOT NULL,
    errors         jsonb NOT NULL,
    -- The submission and the entries of a register as they travel; figures stand in ingestion.figure.
    messages       jsonb NOT NULL,
    accepted_sha256 text NOT NULL DEFAULT '',
    seal           text,
    token_id       text,
    CHECK ((stage = 'refused') = (status = 'rejected'))
);

-- What each receipt accepted, one row per figure: published from here, and the newest of a cell is what is known of it.
CREATE TABLE ingestion.figure (
    submission_seq     bigint NOT NULL REFERENCES ingestion.receipt (submission_seq),
    position           integer NOT NULL,
    indicator          text NOT NULL,
    definition_version integer NOT NULL,
    territory          text NOT NULL,
    period             text NOT NULL,
    source             text NOT NULL,
    basis              text NOT NULL,
    value              numeric,
    numerator          numeric,
    denominator        numeric,
    status             text NOT NULL,
    qualifier          text NOT NULL,
    sheet              text NOT NULL,
    row_number         integer,
    column_name        text NOT NULL,
    PRIMARY KEY (submission_seq, position)
);

CREATE INDEX figure_cell ON ingestion.figure (indicator, territory, period, source, basis, submission_seq DESC);

-- Who tried to send what, and what became of it: every submission, dry run and refused try; never a cell or a secret.
CREATE TABLE ingestion.attempt (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL,
    token_id   text,
    feed       text NOT NULL,
    reporter   text NOT NULL,
    period     text NOT NULL,
    dry_run    boolean NOT NULL,
    size_bytes bigint NOT NULL,
    sha256     text NOT NULL,
    code       integer NOT NULL,
    outcome    text NOT NULL,
    receipt_id text,
    -- Real time, for the limits of a token: the platform's clock may stand still.
    noticed_at timestamptz NOT NULL
);

CREATE INDEX attempt_of_token ON ingestion.attempt (token_id, noticed_at DESC);

-- Publishing again looks only for these; the index stays as small as the backlog.
CREATE INDEX receipt_unpublished ON ingestion.receipt (submission_seq) WHERE stage = 'received';
CREATE INDEX receipt_latest ON ingestion.receipt (feed, reporter, period, submission_seq DESC);

-- migrate:down
DROP SCHEMA ingestion CASCADE;
DROP SCHEMA platform CASCADE;
