/** Floor 7: the carrel command. */
module dev.carrel.cli {
    requires dev.carrel.server;
    requires dev.carrel.store.jdbc;
    requires dev.carrel.tutor;
    requires info.picocli;
    requires static org.jspecify;
    requires org.slf4j;

    opens dev.carrel.cli to info.picocli;
}
