-- What a next version might do first: add, with defaults that programs of this version leave alone. The table session comes
-- first, as in every operation: else each would wait for the other.
UPDATE carrel_schema
SET version = 3, usable_from = 2;

ALTER TABLE session ADD COLUMN colour TEXT;
ALTER TABLE turn ADD COLUMN cost BIGINT NOT NULL DEFAULT 0;
ALTER TABLE event ADD COLUMN source TEXT NOT NULL DEFAULT '';
CREATE INDEX turn_cost ON turn (cost);
CREATE TABLE colour (name TEXT NOT NULL PRIMARY KEY);
