/** Beside the house: for the tests of applications: many users at once, nothing left behind, time that tests drive. */
module dev.carrel.test {
    requires transitive dev.carrel.context;
    requires java.management;
    requires jdk.management;
    requires static transitive org.jspecify;
    requires transitive org.junit.jupiter.api;
    requires org.junit.platform.commons;

    exports dev.carrel.test;
}
