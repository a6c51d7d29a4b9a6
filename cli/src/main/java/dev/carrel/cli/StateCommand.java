package dev.carrel.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import dev.carrel.session.DeclaredKey;
import dev.carrel.store.jdbc.StoreUsage;
import dev.carrel.tutor.Tutor;

/** {@code carrel state}. */
@Command(name = "state", mixinStandardHelpOptions = true, description = {
        "Lists the keys of an application's state, declared or stored: whose a value is, how long it lives, how much there is. "
                + "Also while a server uses the store."})
final class StateCommand implements Callable<Integer> {
    @Mixin
    final StoreOptions store = new StoreOptions();

    @Spec
    @Nullable
    CommandSpec spec;

    StateCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        List<DeclaredKey> declared = StoreUsage.declared(store.location());
        if (declared.isEmpty()) {
            // No application has been started on it since it is left there.
            try (var tutor = new Tutor(batches -> {})) {
                declared = tutor.app().keys().stream().map(DeclaredKey::of).toList();
            }
        }
        StateTable.of(declared, StoreUsage.of(store.location())).forEach(out::println);
        return 0;
    }
}
