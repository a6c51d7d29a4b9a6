-- What a next version might do first: add, with defaults that programs of this version leave alone.
UPDATE carrel_schema
SET version = 3, usable_from = 2;

ALTER TABLE event ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN colour TEXT;
ALTER TABLE turn ADD COLUMN cost BIGINT NOT NULL DEFAULT 0;
CREATE INDEX turn_cost ON turn (cost);
CREATE TABLE colour (name TEXT NOT NULL PRIMARY KEY);
