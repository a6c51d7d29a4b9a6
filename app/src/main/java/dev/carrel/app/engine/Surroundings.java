package dev.carrel.app.engine;

import dev.carrel.app.Leases;
import dev.carrel.app.Pools;
import dev.carrel.context.Context;

/** What an application's code finds around it wherever the engine runs it. Thread-safe. */
record Surroundings(Pools pools, Leases leases) {
    Context bind(Context context) {
        return leases.bind(pools.bind(context));
    }
}
