package dev.carrel.batch;

import java.util.Optional;

import dev.carrel.context.Principal;

/** The lines in which items wait, one for each tenant, and in it for each plan: what they weigh, and a space, and the tenant. */
final class Flow {
    private Flow() {}

    /** The line of this item. On the caller's thread: what the application says of weights is asked here and nowhere else. */
    static String of(Item<?> item, BatcherBuilder<?, ?> settings) {
        Optional<Principal> who = Principal.of(item.context());
        String tenant = BatcherBuilder.tenant(item);
        int plan = who.filter(principal -> !principal.anonymous()).map(settings.plan::applyAsInt).orElse(1);
        long weight = (long) Math.max(1, settings.weight.applyAsInt(tenant)) * Math.max(1, plan);
        return Math.min(Integer.MAX_VALUE, weight) + " " + tenant;
    }

    /** How many of it may be served in a round. */
    static int weight(String flow) {
        return Integer.parseInt(flow, 0, flow.indexOf(' '), 10);
    }
}
