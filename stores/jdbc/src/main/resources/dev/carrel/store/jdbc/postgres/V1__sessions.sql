-- Ids outside are random text; inside, rows refer to each other by integers.
-- Times are nanoseconds since 1970 in UTC.

-- The version of this schema, and the oldest version of Carrel's schema whose programs may still use it.
-- Every migration updates both.
CREATE TABLE carrel_schema (
    version     INTEGER NOT NULL,
    usable_from INTEGER NOT NULL
);

INSERT INTO carrel_schema (version, usable_from)
VALUES (1, 1);

-- A session with its lane: what every operation on a turn reads and writes lies in one row. The number of a deleted
-- session is never given to another.
CREATE TABLE session (
    n          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    tenant     TEXT    NOT NULL,
    owner      TEXT    NOT NULL,
    chat       TEXT    NOT NULL,
    title      TEXT    NOT NULL,
    created    BIGINT  NOT NULL,
    active     BIGINT  NOT NULL,
    turns      INTEGER NOT NULL,
    epoch      TEXT    NOT NULL,
    head       BIGINT  NOT NULL DEFAULT 0, -- the number of the last event
    open       INTEGER NOT NULL DEFAULT 0, -- how many turns wait or run
    running    BIGINT ,                    -- the turn that runs
    started    BIGINT  NOT NULL DEFAULT 0, -- the turn that was started last; those after it wait or were cancelled
    start      BIGINT  NOT NULL DEFAULT 0, -- the event that started the running attempt
    said       INTEGER NOT NULL DEFAULT 0, -- the index of the next thing that the running attempt says
    holder     TEXT,                       -- the node whose lease it is
    until      BIGINT  NOT NULL DEFAULT 0, -- when the lease lapses
    fence      BIGINT  NOT NULL DEFAULT 0  -- how often the lane was claimed
);

CREATE INDEX session_of_owner ON session (tenant, owner);
CREATE INDEX session_busy ON session (n) WHERE open > 0;

CREATE TABLE turn (
    n               BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session         BIGINT  NOT NULL REFERENCES session (n) ON DELETE CASCADE,
    id              TEXT    NOT NULL,
    message         TEXT    NOT NULL, -- the client's id of it
    text            TEXT    NOT NULL,
    at              BIGINT  NOT NULL,
    principal       TEXT    NOT NULL, -- sealed
    status          TEXT    NOT NULL,
    attempt         INTEGER NOT NULL DEFAULT 0,
    answer          TEXT    NOT NULL DEFAULT '',
    data            INTEGER NOT NULL DEFAULT 0, -- how many rows of answer_data it has
    failure_code    TEXT,
    failure_message TEXT
);

CREATE UNIQUE INDEX turn_of_message ON turn (session, message);
CREATE UNIQUE INDEX turn_of_id ON turn (session, id);
CREATE INDEX turn_of_session ON turn (session);

CREATE TABLE answer_data (
    turn BIGINT  NOT NULL REFERENCES turn (n) ON DELETE CASCADE,
    i    INTEGER NOT NULL,
    name TEXT    NOT NULL,
    json TEXT    NOT NULL,
    PRIMARY KEY (turn, i)
);

-- A session's events lie side by side, because they are read in one piece.
CREATE TABLE event (
    session BIGINT  NOT NULL REFERENCES session (n) ON DELETE CASCADE,
    number  BIGINT  NOT NULL,
    kind    TEXT    NOT NULL,
    version INTEGER NOT NULL,
    json    TEXT    NOT NULL,
    PRIMARY KEY (session, number)
);

CREATE TABLE state (
    session BIGINT  NOT NULL REFERENCES session (n) ON DELETE CASCADE,
    name    TEXT    NOT NULL,
    version INTEGER NOT NULL,
    json    TEXT    NOT NULL, -- empty: removed
    PRIMARY KEY (session, name)
);

-- Lists that belong to users, across sessions, in the order of n.
CREATE TABLE entry (
    n      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant TEXT    NOT NULL,
    owner  TEXT    NOT NULL,
    list   TEXT    NOT NULL,
    id     TEXT    NOT NULL,
    json   TEXT    NOT NULL,
    at     BIGINT  NOT NULL
);

CREATE UNIQUE INDEX entry_of_list ON entry (tenant, owner, list, id);

CREATE TABLE revoked (
    credential TEXT    NOT NULL PRIMARY KEY,
    until      BIGINT  NOT NULL
);
