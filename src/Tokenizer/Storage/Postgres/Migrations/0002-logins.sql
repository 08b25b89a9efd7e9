CREATE TABLE logins (
    login bytea PRIMARY KEY,
    session bytea NOT NULL,
    subject bytea NOT NULL,
    subject_version integer NOT NULL,
    application text NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX logins_by_end ON logins (expires_at);
CREATE INDEX logins_by_session ON logins (session);

CREATE TABLE spent_marks (
    mark bytea PRIMARY KEY,
    until bigint NOT NULL
);
CREATE INDEX spent_marks_by_end ON spent_marks (until);
