/** Beside the house: log lines show the ids of the context that they are written in. */
module dev.carrel.integrations.mdc {
    requires transitive dev.carrel.context;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.carrel.integrations.mdc;

    provides dev.carrel.context.spi.BindingListener with dev.carrel.integrations.mdc.MdcProjection;
}
