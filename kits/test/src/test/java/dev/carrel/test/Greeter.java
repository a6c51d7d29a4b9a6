package dev.carrel.test;

import dev.carrel.context.Principal;

/** An application. */
final class Greeter {
    String greet(String name) {
        return "Hello " + name + ", or shall I say " + Principal.current().name() + "?";
    }
}
