-- Times are milliseconds since 1970. Hashes are keyed: no table holds a token, a session id or a subject.
CREATE TABLE master_keys (
    version integer PRIMARY KEY,
    check_value bytea NOT NULL
);

CREATE TABLE lookup_keys (
    purpose text NOT NULL,
    version integer NOT NULL,
    row_id bytea NOT NULL,
    master_version integer NOT NULL,
    salt bytea NOT NULL,
    box bytea NOT NULL,
    PRIMARY KEY (purpose, version)
);

CREATE TABLE tokens (
    row_id bytea PRIMARY KEY,
    lookup bytea NOT NULL UNIQUE,
    lookup_version integer NOT NULL,
    master_version integer NOT NULL,
    salt bytea NOT NULL,
    box bytea NOT NULL,
    realm text NOT NULL,
    application text NOT NULL,
    owner bytea NOT NULL,
    owner_version integer NOT NULL,
    metadata bytea,
    attempt bytea,
    segments bigint,
    size bigint,
    created_at bigint NOT NULL
);
CREATE INDEX tokens_by_master_version ON tokens (master_version);
CREATE INDEX tokens_by_owner ON tokens (owner);

-- Uploads under way. Whoever adds to one, completes it or gives it up has the lock of its row.
CREATE TABLE attempts (
    attempt bytea PRIMARY KEY,
    token bytea NOT NULL,
    touched_at bigint NOT NULL
);

CREATE TABLE segments (
    attempt bytea NOT NULL,
    number bigint NOT NULL,
    data bytea NOT NULL,
    PRIMARY KEY (attempt, number)
);
-- Ciphertext does not get smaller by compressing it.
ALTER TABLE segments ALTER COLUMN data SET STORAGE EXTERNAL;

CREATE TABLE abandoned (attempt bytea PRIMARY KEY);

CREATE TABLE sessions (
    session bytea PRIMARY KEY,
    subject bytea NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE tombstones (
    session bytea PRIMARY KEY,
    until bigint NOT NULL
);
CREATE INDEX tombstones_by_end ON tombstones (until);

CREATE TABLE grants (
    session bytea NOT NULL,
    token bytea NOT NULL,
    expires_at bigint NOT NULL,
    PRIMARY KEY (session, token)
);
CREATE INDEX grants_by_end ON grants (expires_at);

CREATE TABLE tickets (
    ticket bytea PRIMARY KEY,
    session bytea NOT NULL,
    token bytea NOT NULL,
    used_for integer NOT NULL,
    expires_at bigint NOT NULL,
    master_version integer NOT NULL,
    salt bytea NOT NULL,
    box bytea NOT NULL
);
CREATE INDEX tickets_by_end ON tickets (expires_at);
CREATE INDEX tickets_by_session ON tickets (session);
