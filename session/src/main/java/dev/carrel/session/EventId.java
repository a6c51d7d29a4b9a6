package dev.carrel.session;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where an event stands in its session's log: {@code epoch.number}. Numbers count from 1 without a gap; the epoch changes
 * when a log is lost or replaced, so that a number of the old log is never taken for one of the new.
 */
public record EventId(String epoch, long number) {
    private static final Pattern SHAPE = Pattern.compile("([0-9a-z]{1,16})\\.([0-9]{1,18})");

    /** Reads one that a client sent; empty if it does not have the shape of one. */
    public static Optional<EventId> parse(String text) {
        var parts = SHAPE.matcher(text);
        return parts.matches()
                ? Optional.of(new EventId(parts.group(1), Long.parseLong(parts.group(2))))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return epoch + "." + number;
    }
}
