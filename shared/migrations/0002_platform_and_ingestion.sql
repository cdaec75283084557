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
    nil_return     boolean NOT NULL,
    simulated      boolean NOT NULL,
    repairs        jsonb NOT NULL,
    errors         jsonb NOT NULL,
    messages       jsonb NOT NULL,
    token_id       text,
    CHECK ((stage = 'refused') = (status = 'rejected'))
);

-- Publishing again looks only for these; the index stays as small as the backlog.
CREATE INDEX receipt_unpublished ON ingestion.receipt (submission_seq) WHERE stage = 'received';
CREATE INDEX receipt_latest ON ingestion.receipt (feed, reporter, period, submission_seq DESC);

-- migrate:down
DROP SCHEMA ingestion CASCADE;
DROP SCHEMA platform CASCADE;
