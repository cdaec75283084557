-- migrate:up
CREATE SCHEMA alerting;

CREATE TABLE alerting.submission (
    receipt_id        text PRIMARY KEY,
    submission_seq    bigint NOT NULL,
    feed              text NOT NULL,
    reporter          text NOT NULL,
    period            text NOT NULL,
    collection        text,
    territories       text[] NOT NULL,
    observation_count integer NOT NULL,
    entry_count       integer NOT NULL,
    nil_return        boolean NOT NULL,
    simulated         boolean NOT NULL,
    received_at       timestamptz NOT NULL,
    -- Real time: it measures how long the figures of the file may still be on their way.
    read_at           timestamptz NOT NULL
);
CREATE INDEX submission_read ON alerting.submission (read_at);

-- What a submission reports: this, with the feed, is all that settles a duty.
CREATE TABLE alerting.submission_answer (
    receipt_id text NOT NULL REFERENCES alerting.submission (receipt_id),
    territory  text NOT NULL,
    period     text NOT NULL,
    PRIMARY KEY (receipt_id, territory, period)
);
CREATE INDEX submission_answer_duty ON alerting.submission_answer (territory, period);

-- The ledger of duties: every expected report is born expected; silence is a row, not an absence.
CREATE TABLE alerting.expected_report (
    collection  text NOT NULL,
    territory   text NOT NULL,
    feed        text NOT NULL,
    period      text NOT NULL,
    due_at      timestamptz NOT NULL,
    state       text NOT NULL CHECK (state IN ('expected', 'received', 'late', 'overdue', 'nil', 'waived')),
    received_at timestamptz,
    receipt_id  text,
    source_text text NOT NULL,
    PRIMARY KEY (collection, territory, feed)
);

-- Figures that changed and are not judged yet. The message only marks them; the judgement reads the figure itself.
CREATE TABLE alerting.pending_judgement (
    indicator  text NOT NULL,
    period     text NOT NULL,
    territory  text NOT NULL,
    receipts   text[] NOT NULL,
    noticed_at timestamptz NOT NULL,
    PRIMARY KEY (indicator, period, territory)
);

CREATE TABLE alerting.judged_rollup (
    indicator text NOT NULL,
    period    text NOT NULL,
    territory text NOT NULL,
    version   text NOT NULL,
    judged_at timestamptz NOT NULL,
    PRIMARY KEY (indicator, period, territory)
);

-- The catalogue that ledger and open alerts follow; another digest means looking at everything again.
CREATE TABLE alerting.followed_catalogue (
    only_row    boolean PRIMARY KEY DEFAULT TRUE CHECK (only_row),
    digest      text NOT NULL,
    followed_at timestamptz NOT NULL
);

CREATE TABLE alerting.alert (
    id              text PRIMARY KEY,
    alert_key       text NOT NULL,
    episode         integer NOT NULL,
    rule            text NOT NULL,
    kind            text NOT NULL,
    rule_version    integer NOT NULL,
    severity        text NOT NULL,
    territory       text NOT NULL,
    indicator       text,
    collection      text,
    period          text NOT NULL,
    state           text NOT NULL
        CHECK (state IN ('pending', 'firing', 'acknowledged', 'recovering', 'resolved', 'withdrawn', 'superseded')),
    seq             integer NOT NULL,
    data_status     text NOT NULL DEFAULT 'known' CHECK (data_status IN ('known', 'unknown')),
    inputs          jsonb NOT NULL,
    simulated       boolean NOT NULL,
    owner           text,
    ack_reason      text,
    commitment_date date,
    opened_at       timestamptz NOT NULL,
    changed_at      timestamptz NOT NULL,
    UNIQUE (alert_key, episode)
);
CREATE UNIQUE INDEX alert_one_open_episode ON alerting.alert (alert_key)
    WHERE state IN ('pending', 'firing', 'acknowledged', 'recovering');

CREATE TABLE alerting.transition (
    alert_id     text NOT NULL REFERENCES alerting.alert (id),
    seq          integer NOT NULL,
    from_state   text,
    to_state     text NOT NULL,
    reason       text NOT NULL,
    rule_version integer NOT NULL,
    inputs       jsonb NOT NULL,
    actor        text NOT NULL,
    decided_at   timestamptz NOT NULL,
    PRIMARY KEY (alert_id, seq)
);

CREATE FUNCTION alerting.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'alerting.transition is append only';
END $$;
CREATE TRIGGER transition_append_only BEFORE UPDATE OR DELETE ON alerting.transition
    FOR EACH ROW EXECUTE FUNCTION alerting.refuse_change();

-- The outbox: written in the transaction of the transition, read by delivery and by people.
CREATE TABLE alerting.notification (
    id              text PRIMARY KEY,
    alert_id        text NOT NULL,
    seq             integer NOT NULL,
    kind            text NOT NULL,
    recipient       text NOT NULL,
    channel         text NOT NULL CHECK (channel IN ('email', 'kafka')),
    address         text NOT NULL,
    status          text NOT NULL CHECK (status IN ('pending', 'sending', 'sent', 'dead')),
    subject         text,
    body_text       text,
    body_html       text,
    message_id      text,
    simulated       boolean NOT NULL,
    created_at      timestamptz NOT NULL,
    sent_at         timestamptz,
    attempts        integer NOT NULL DEFAULT 0,
    -- Real time, unlike the rest: attempts and leases do not follow the clock that a demo moves.
    enqueued_at     timestamptz NOT NULL,
    next_attempt_at timestamptz NOT NULL,
    lease_until     timestamptz,
    lease_owner     text,
    last_error      text,
    FOREIGN KEY (alert_id, seq) REFERENCES alerting.transition (alert_id, seq)
);
-- In the order of the claim, so that taking one of 10 000 waiting rows reads one.
CREATE INDEX notification_due ON alerting.notification (channel, next_attempt_at, seq, id)
    WHERE status IN ('pending', 'sending');
-- One line per alert, recipient and channel: its first unsettled row is the only one that may leave.
CREATE INDEX notification_line ON alerting.notification (alert_id, channel, recipient, seq);

-- migrate:down
DROP SCHEMA alerting CASCADE;
