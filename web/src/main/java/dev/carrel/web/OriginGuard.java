package dev.carrel.web;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import jakarta.servlet.http.HttpServletRequest;

import org.jspecify.annotations.Nullable;

/**
 * Where a request may come from. {@code Host} must be a name that this server answers to (else a foreign name that was
 * made to resolve to it, DNS rebinding, would be same-origin), and a page of another origin may send nothing but a plain
 * navigation. Thread-safe.
 */
public final class OriginGuard {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Set<String> hosts;

    private OriginGuard(Set<String> hosts) {
        this.hosts = hosts;
    }

    /** For a server that answers to the loopback names and these hosts, given without a port. */
    public static OriginGuard of(Set<String> hosts) {
        var all = new java.util.HashSet<>(LOOPBACK);
        // An IPv6 address stands in brackets in a Host header.
        hosts.forEach(host -> all.add(
                (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host).toLowerCase(Locale.ROOT)));
        return new OriginGuard(Set.copyOf(all));
    }

    /** Why the request is refused; empty if it is not. */
    Optional<Problem> refuse(HttpServletRequest request, Route route) {
        String host = request.getHeader("Host");
        if (host == null || !hosts.contains(withoutPort(host))) {
            return Optional.of(new Problem(421, "unknown-host",
                    "This server does not answer to that host name. Its operator can add it with --allow-host."));
        }
        String origin = request.getHeader("Origin");
        boolean foreign = origin != null && !host.equalsIgnoreCase(authority(origin));
        boolean crossSite = "cross-site".equals(request.getHeader("Sec-Fetch-Site"))
                && !(route.safe() && route.access() == Route.Access.PUBLIC);
        return foreign || crossSite
                ? Optional
                        .of(new Problem(403, "foreign-origin", "A page of another site may not ask this."))
                : Optional.empty();
    }

    private static String withoutPort(String host) {
        int end = host.length();
        while (end > 0 && host.charAt(end - 1) >= '0' && host.charAt(end - 1) <= '9') {
            end--;
        }
        boolean port = end > 0 && host.charAt(end - 1) == ':';
        return (port ? host.substring(0, end - 1) : host).toLowerCase(Locale.ROOT);
    }

    private static @Nullable String authority(String origin) {
        try {
            return URI.create(origin).getRawAuthority();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
