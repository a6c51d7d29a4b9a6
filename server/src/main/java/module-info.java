/** Floor 5: Jetty, configuration, and how everything is put together. */
module dev.carrel.server {
    requires transitive dev.carrel.web;
    requires static transitive org.jspecify;
    requires transitive dev.carrel.store.jdbc;
    requires org.eclipse.jetty.ee11.servlet;
    requires org.eclipse.jetty.server;
    requires org.slf4j;

    exports dev.carrel.server;

    provides dev.carrel.app.spi.AppHost with dev.carrel.server.CarrelHost;
}
