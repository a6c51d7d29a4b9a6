/**
 * Floor 0: which user, session, turn and request the running work belongs to, and the small foundation that every other
 * floor stands on (errors, ids, time, keys, a fair queue). Depends on nothing but JSpecify's annotations.
 */
@SuppressWarnings("module") // those to whom a package is exported are compiled later
module dev.carrel.context {
    requires static jdk.jfr;
    requires static transitive org.jspecify;
    requires static transitive java.net.http;

    exports dev.carrel.concurrent;
    exports dev.carrel.context;
    exports dev.carrel.context.spi;
    exports dev.carrel.error;
    exports dev.carrel.http;
    exports dev.carrel.id;
    exports dev.carrel.interrupt to dev.carrel.app, dev.carrel.batch;
    exports dev.carrel.keys;
    exports dev.carrel.pool;
    exports dev.carrel.queue;
    exports dev.carrel.remote;
    exports dev.carrel.stream;
    exports dev.carrel.time;

    uses dev.carrel.context.spi.BindingListener;
    uses dev.carrel.context.spi.OpenScopes;
}
