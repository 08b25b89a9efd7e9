ALTER TABLE tokens ADD COLUMN record bytea, ADD COLUMN record_version integer, ADD COLUMN mask bytea, ADD COLUMN expires_at bigint;
CREATE INDEX tokens_by_end ON tokens (expires_at) WHERE expires_at IS NOT NULL;

ALTER TABLE grants ADD COLUMN uses_left integer, ADD COLUMN created_at bigint;
CREATE INDEX grants_by_token ON grants (token);
CREATE INDEX tickets_by_token ON tickets (token);

CREATE TABLE hourly_counts (
    counter bytea NOT NULL,
    hour bigint NOT NULL,
    count integer NOT NULL,
    PRIMARY KEY (counter, hour)
);
CREATE INDEX hourly_counts_by_hour ON hourly_counts (hour);

-- What was answered to requests that carry an idempotency key; sealed, and null while the first of them is under way.
CREATE TABLE remembered_answers (
    request bytea PRIMARY KEY,
    content bytea NOT NULL,
    attempt bytea NOT NULL,
    until bigint NOT NULL,
    answer bytea
);
CREATE INDEX remembered_answers_by_end ON remembered_answers (until);
