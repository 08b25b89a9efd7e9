CREATE TABLE audit_chains (
    chain bytea PRIMARY KEY,
    sequence bigint NOT NULL,
    head bytea NOT NULL,
    holder bytea,
    held_until bigint NOT NULL
);

-- The key is the fence: whatever two writers believe, a chain has one line of a number.
CREATE TABLE audit_lines (
    chain bytea NOT NULL,
    sequence bigint NOT NULL,
    line bytea NOT NULL,
    PRIMARY KEY (chain, sequence)
);

CREATE TABLE audit_checkpoints (
    number bigint PRIMARY KEY,
    made_at bigint NOT NULL,
    text text NOT NULL,
    shipped boolean NOT NULL
);
CREATE INDEX audit_checkpoints_unshipped ON audit_checkpoints (number) WHERE NOT shipped;
