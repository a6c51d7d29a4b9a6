/** Beside the house: contexts that are opened and closed by a pair of calls. */
module dev.carrel.integrations.scope {
    requires transitive dev.carrel.context;
    requires static transitive org.jspecify;

    exports dev.carrel.integrations.scope;

    provides dev.carrel.context.spi.OpenScopes with dev.carrel.integrations.scope.ThreadScopes;
}
