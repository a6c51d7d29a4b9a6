/**
 * Floor 3: what an application declares, and the engine that runs it: lanes, turns, admission. Knows no HTTP.
 */
module dev.carrel.app {
    requires transitive dev.carrel.batch;
    requires transitive dev.carrel.session;
    requires static transitive org.jspecify;
    requires org.slf4j;
    requires tools.jackson.databind;

    exports dev.carrel.app;
    exports dev.carrel.app.engine;
    exports dev.carrel.app.spi;

    uses dev.carrel.app.spi.AppHost;
}
