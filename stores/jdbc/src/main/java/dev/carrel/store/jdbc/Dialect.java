package dev.carrel.store.jdbc;

/** Where the two databases' SQL differs. */
enum Dialect {
    /** One writer, which has the whole database to itself; its clock is the program's. */
    SQLITE {
        @Override
        String tables() {
            return "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'";
        }

        @Override
        String remedy() {
            return "Move it away, or choose another";
        }

        @Override
        String locking(String select) {
            return select;
        }

        @Override
        String skipping() {
            return "";
        }

        @Override
        String now() {
            return "0";
        }

        @Override
        String transaction() {
            return "NULL";
        }

        @Override
        String write(String text) {
            return text;
        }

        @Override
        String read(String stored) {
            return stored;
        }
    },
    /** Many writers, each of which locks the rows that it goes by. */
    POSTGRES {
        @Override
        String tables() {
            return "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()";
        }

        @Override
        String remedy() {
            return "Choose another, or another schema of it (?currentSchema=...),";
        }

        @Override
        String locking(String select) {
            // Not FOR UPDATE, which would make the foreign keys of other rows wait as well.
            return select + " FOR NO KEY UPDATE";
        }

        @Override
        String skipping() {
            return " FOR UPDATE SKIP LOCKED";
        }

        @Override
        String now() {
            return "(extract(epoch FROM clock_timestamp()) * 1000000000)::bigint";
        }

        @Override
        String transaction() {
            return "pg_current_xact_id()::text";
        }

        @Override
        String write(String text) {
            return PostgresText.write(text);
        }

        @Override
        String read(String stored) {
            return PostgresText.read(stored);
        }
    };

    /** The names of all tables. */
    abstract String tables();

    /** What to do about a database that is somebody else's. */
    abstract String remedy();

    /** The query, made to keep others from changing what it finds until the transaction ends. */
    abstract String locking(String select);

    /** What a query ends with whose rows are about to be changed, and which leaves out what others have locked. */
    abstract String skipping();

    /** The database's clock in nanoseconds since 1970, as an expression; meaningless where the program's clock counts. */
    abstract String now();

    /** What names the running transaction when asked later what became of it, as an expression. */
    abstract String transaction();

    /** A text as it is stored. */
    abstract String write(String text);

    /** The text that is stored so. */
    abstract String read(String stored);
}
