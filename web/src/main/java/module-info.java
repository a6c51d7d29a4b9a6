/**
 * Floor 4: the routes, who is asking, server-sent events and the chat page, as one servlet that any container can mount.
 */
module dev.carrel.web {
    requires transitive dev.carrel.app;
    requires transitive jakarta.servlet;
    requires static transitive org.jspecify;
    requires com.fasterxml.jackson.annotation;
    requires org.slf4j;
    requires password4j;
    requires tools.jackson.databind;

    exports dev.carrel.web;
}
