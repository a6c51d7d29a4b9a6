/**
 * Floor 2: the stores that speak SQL. SQLite is the embedded default; nothing outside this module knows SQL.
 */
module dev.carrel.store.jdbc {
    requires transitive dev.carrel.session;
    requires static transitive org.jspecify;
    requires java.sql;
    requires flyway.core;
    requires com.zaxxer.hikari;
    requires org.postgresql.jdbc;
    requires org.slf4j;
    requires org.xerial.sqlitejdbc;
    requires tools.jackson.databind;

    exports dev.carrel.store.jdbc;

    opens dev.carrel.store.jdbc.postgres;
    opens dev.carrel.store.jdbc.sqlite;
}
