-- State of users, tenants and the application; typed values; endings; waiting turns; a log with an end.

UPDATE carrel_schema
SET version = 2, usable_from = 2;

ALTER TABLE session ADD COLUMN ending TEXT;                         -- why: no operation finds it, but the one that ends it
ALTER TABLE session ADD COLUMN first INTEGER NOT NULL DEFAULT 1;    -- the number of the first event that is kept
ALTER TABLE session ADD COLUMN length INTEGER NOT NULL DEFAULT 0;   -- characters of the events that are kept
ALTER TABLE session ADD COLUMN oldest INTEGER;                      -- when the first of them was logged
ALTER TABLE session ADD COLUMN changes INTEGER NOT NULL DEFAULT 0;  -- how often keys of its state were written
ALTER TABLE session ADD COLUMN waiting INTEGER NOT NULL DEFAULT 0;  -- 1: the running turn waits
ALTER TABLE session ADD COLUMN stop_status TEXT;                    -- how the running turn was asked to end
ALTER TABLE session ADD COLUMN stop_code TEXT;
ALTER TABLE session ADD COLUMN stop_message TEXT;

DROP INDEX session_of_owner;
CREATE INDEX session_of_owner ON session (tenant, owner, active);
CREATE INDEX session_active ON session (active);
CREATE INDEX session_created ON session (created);
CREATE INDEX session_oldest ON session (oldest) WHERE oldest IS NOT NULL;
CREATE INDEX session_ending ON session (n) WHERE ending IS NOT NULL;

-- What is left of sessions that have ended, or are ending.
CREATE TABLE ended (
    id     TEXT    NOT NULL PRIMARY KEY,
    tenant TEXT    NOT NULL,
    owner  TEXT    NOT NULL,
    chat   TEXT    NOT NULL,
    reason TEXT    NOT NULL,
    at     INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX ended_at ON ended (at);

-- What turns have asked their users.
CREATE TABLE question (
    turn   INTEGER NOT NULL REFERENCES turn (n) ON DELETE CASCADE,
    ask    INTEGER NOT NULL,
    answer TEXT, -- null as long as there is none
    PRIMARY KEY (turn, ask)
) WITHOUT ROWID;

-- When the events so far were logged is not known: not after the session was last active.
ALTER TABLE event ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
UPDATE event SET at = (SELECT active FROM session WHERE n = event.session);
UPDATE session
SET length = (SELECT coalesce(sum(length(json)), 0) FROM event WHERE session = session.n),
    oldest = (SELECT min(at) FROM event WHERE session = session.n);

-- What has state but no session: users, tenants, the application.
CREATE TABLE place (
    n      INTEGER PRIMARY KEY AUTOINCREMENT,
    scope  TEXT NOT NULL,
    tenant TEXT NOT NULL, -- empty for the application
    owner  TEXT NOT NULL, -- empty for a tenant and the application
    UNIQUE (scope, tenant, owner)
);

INSERT INTO place (scope, tenant, owner)
SELECT DISTINCT 'user', tenant, owner FROM entry;

-- Values. A place is a session's n, or -n of the table place.
ALTER TABLE state RENAME TO old_state;
CREATE TABLE state (
    place   INTEGER NOT NULL,
    name    TEXT    NOT NULL,
    version INTEGER NOT NULL, -- how often it was written
    type    TEXT    NOT NULL, -- empty: written by the first schema, which knew none
    codec   INTEGER NOT NULL, -- the version of the type's JSON
    json    TEXT,             -- null: it holds nothing
    until   INTEGER,          -- when it is past its time
    PRIMARY KEY (place, name)
) WITHOUT ROWID;

INSERT INTO state (place, name, version, type, codec, json)
SELECT session, name, version, '', 1, nullif(json, '') FROM old_state;
DROP TABLE old_state;

CREATE INDEX state_until ON state (until) WHERE until IS NOT NULL;

-- Entries of lists, in the order of n. Places as in the table state.
ALTER TABLE entry RENAME TO old_entry;
CREATE TABLE entry (
    n     INTEGER PRIMARY KEY,
    place INTEGER NOT NULL,
    list  TEXT    NOT NULL,
    id    TEXT    NOT NULL,
    type  TEXT    NOT NULL,
    codec INTEGER NOT NULL,
    json  TEXT    NOT NULL,
    at    INTEGER NOT NULL
);

INSERT INTO entry (n, place, list, id, type, codec, json, at)
SELECT old_entry.n, -place.n, list, id, '', 1, json, at
FROM old_entry JOIN place ON scope = 'user' AND place.tenant = old_entry.tenant AND place.owner = old_entry.owner;
DROP TABLE old_entry;

CREATE UNIQUE INDEX entry_of_list ON entry (place, list, id);
CREATE INDEX entry_in_order ON entry (place, list, n);

-- The writes of sessions' keys, numbered for each session.
CREATE TABLE change (
    session INTEGER NOT NULL REFERENCES session (n) ON DELETE CASCADE,
    number  INTEGER NOT NULL,
    name    TEXT    NOT NULL,
    version INTEGER NOT NULL,
    writer  TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    type    TEXT    NOT NULL,
    codec   INTEGER NOT NULL,
    json    TEXT, -- null: it was removed
    PRIMARY KEY (session, number)
) WITHOUT ROWID;

-- Named leases. A row stays, so that no fence is given twice.
CREATE TABLE lease (
    name   TEXT    NOT NULL PRIMARY KEY,
    holder TEXT, -- null: it was given back
    fence  INTEGER NOT NULL,
    until  INTEGER NOT NULL
) WITHOUT ROWID;

ALTER TABLE revoked ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX revoked_at ON revoked (at);
