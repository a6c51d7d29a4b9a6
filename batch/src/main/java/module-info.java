/** Floor 1: many callers' inputs run together, and no two callers ever meet. */
module dev.carrel.batch {
    requires transitive dev.carrel.context;
    requires static transitive org.jspecify;

    exports dev.carrel.batch;
}
