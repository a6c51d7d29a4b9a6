-- Ids outside are random text; inside, rows refer to each other by integers.
-- Times are nanoseconds since 1970 in UTC.

-- The version of this schema, and the oldest version of Carrel's schema whose programs may still use it.
-- Every migration updates both.
CREATE TABLE carrel_schema (
    version     INTEGER NOT NULL,
    usable_from INTEGER NOT NULL
);

INSERT INTO carrel_schema (version, usable_from)
VALUES (2, 2);

-- A session with its lane: what every operation on a turn reads and writes lies in one row, and whoever has locked it has
-- all of the session. The number of a session that has ended is never given to another.
CREATE TABLE session (
    n            BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id           TEXT    NOT NULL UNIQUE,
    tenant       TEXT    NOT NULL,
    owner        TEXT    NOT NULL,
    chat         TEXT    NOT NULL,
    title        TEXT    NOT NULL,
    created      BIGINT  NOT NULL,
    active       BIGINT  NOT NULL,
    turns        INTEGER NOT NULL,
    ending       TEXT,                       -- why it is ending: no operation finds it any more, but the one that ends it
    epoch        TEXT    NOT NULL,
    first        BIGINT  NOT NULL DEFAULT 1, -- the number of the first event that is kept
    head         BIGINT  NOT NULL DEFAULT 0, -- the number of the last event
    length       BIGINT  NOT NULL DEFAULT 0, -- characters of the events that are kept
    oldest       BIGINT,                     -- when the first of them was logged
    changes      BIGINT  NOT NULL DEFAULT 0, -- how often keys of its state were written
    open         INTEGER NOT NULL DEFAULT 0, -- how many turns are queued, run or wait
    running      BIGINT,                     -- the turn that runs or waits
    waiting      INTEGER NOT NULL DEFAULT 0, -- 1: it waits
    started      BIGINT  NOT NULL DEFAULT 0, -- the turn that was started last; those after it are queued or were stopped
    start        BIGINT  NOT NULL DEFAULT 0, -- the event that started the running attempt
    said         INTEGER NOT NULL DEFAULT 0, -- the index of the next thing that the running attempt says
    stop_status  TEXT,                       -- how the running turn was asked to end
    stop_code    TEXT,
    stop_message TEXT,
    holder       TEXT,                       -- the node whose lease it is
    until        BIGINT  NOT NULL DEFAULT 0, -- when the lease lapses
    fence        BIGINT  NOT NULL DEFAULT 0  -- how often the lane was claimed
) WITH (fillfactor = 70);

CREATE INDEX session_of_owner ON session (tenant, owner, active);
CREATE INDEX session_active ON session (active);
CREATE INDEX session_created ON session (created);
CREATE INDEX session_oldest ON session (oldest) WHERE oldest IS NOT NULL;
CREATE INDEX session_busy ON session (n) WHERE open > 0;
CREATE INDEX session_ending ON session (n) WHERE ending IS NOT NULL;

-- What is left of sessions that have ended, or are ending.
CREATE TABLE ended (
    id     TEXT   NOT NULL PRIMARY KEY,
    tenant TEXT   NOT NULL,
    owner  TEXT   NOT NULL,
    chat   TEXT   NOT NULL,
    reason TEXT   NOT NULL,
    at     BIGINT NOT NULL
);

CREATE INDEX ended_at ON ended (at);

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
) WITH (fillfactor = 80);

CREATE UNIQUE INDEX turn_of_message ON turn (session, message);
CREATE UNIQUE INDEX turn_of_id ON turn (session, id);
CREATE INDEX turn_of_session ON turn (session, n);

CREATE TABLE answer_data (
    turn BIGINT  NOT NULL REFERENCES turn (n) ON DELETE CASCADE,
    i    INTEGER NOT NULL,
    name TEXT    NOT NULL,
    json TEXT    NOT NULL,
    PRIMARY KEY (turn, i)
);

-- What turns have asked their users.
CREATE TABLE question (
    turn   BIGINT  NOT NULL REFERENCES turn (n) ON DELETE CASCADE,
    ask    INTEGER NOT NULL,
    answer TEXT,             -- null as long as there is none
    PRIMARY KEY (turn, ask)
);

CREATE TABLE event (
    session BIGINT  NOT NULL REFERENCES session (n) ON DELETE CASCADE,
    number  BIGINT  NOT NULL,
    kind    TEXT    NOT NULL,
    version INTEGER NOT NULL,
    json    TEXT    NOT NULL,
    at      BIGINT  NOT NULL,
    PRIMARY KEY (session, number)
);

-- What has state but no session: users, tenants, the application. Whoever has locked the row has all of its state.
CREATE TABLE place (
    n      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    scope  TEXT NOT NULL,
    tenant TEXT NOT NULL, -- empty for the application
    owner  TEXT NOT NULL, -- empty for a tenant and the application
    UNIQUE (scope, tenant, owner)
);

-- Values. A place is a session's n, or -n of the table place.
CREATE TABLE state (
    place   BIGINT  NOT NULL,
    name    TEXT    NOT NULL,
    version BIGINT  NOT NULL, -- how often it was written
    type    TEXT    NOT NULL,
    codec   INTEGER NOT NULL, -- the version of the type's JSON
    json    TEXT,             -- null: it holds nothing
    until   BIGINT,           -- when it is past its time
    PRIMARY KEY (place, name)
) WITH (fillfactor = 80);

CREATE INDEX state_until ON state (until) WHERE until IS NOT NULL;

-- Entries of lists, in the order of n. Places as in the table state.
CREATE TABLE entry (
    n     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    place BIGINT  NOT NULL,
    list  TEXT    NOT NULL,
    id    TEXT    NOT NULL,
    type  TEXT    NOT NULL,
    codec INTEGER NOT NULL,
    json  TEXT    NOT NULL,
    at    BIGINT  NOT NULL
);

CREATE UNIQUE INDEX entry_of_list ON entry (place, list, id);
CREATE INDEX entry_in_order ON entry (place, list, n);

-- The writes of sessions' keys, numbered for each session.
CREATE TABLE change (
    session BIGINT  NOT NULL REFERENCES session (n) ON DELETE CASCADE,
    number  BIGINT  NOT NULL,
    name    TEXT    NOT NULL,
    version BIGINT  NOT NULL,
    writer  TEXT    NOT NULL,
    at      BIGINT  NOT NULL,
    type    TEXT    NOT NULL,
    codec   INTEGER NOT NULL,
    json    TEXT,             -- null: it was removed
    PRIMARY KEY (session, number)
);

-- Named leases. A row stays, so that no fence is given twice.
CREATE TABLE lease (
    name   TEXT   NOT NULL PRIMARY KEY,
    holder TEXT,            -- null: it was given back
    fence  BIGINT NOT NULL,
    until  BIGINT NOT NULL
);

CREATE TABLE revoked (
    credential TEXT   NOT NULL PRIMARY KEY,
    until      BIGINT NOT NULL,
    at         BIGINT NOT NULL
);

CREATE INDEX revoked_at ON revoked (at);
