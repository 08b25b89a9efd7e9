ALTER TABLE master_keys ADD COLUMN retired_at bigint;

-- Running processes, and the master keys that each of them has.
CREATE TABLE replicas (
    replica bytea PRIMARY KEY,
    name text NOT NULL,
    master_keys text NOT NULL,
    sealing integer NOT NULL,
    seen_at bigint NOT NULL
);
