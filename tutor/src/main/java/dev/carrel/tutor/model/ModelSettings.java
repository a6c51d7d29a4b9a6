package dev.carrel.tutor.model;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Which model writes. Immutable.
 *
 * @param url the base of an OpenAI-compatible server, to which {@code /chat/completions} is added, such as
 *        {@code http://localhost:11434/v1}
 * @param name the model's name on that server
 * @param key the key to send, if the server wants one; never printed
 * @param timeout the most time for one answer, from the request to the last token
 */
public record ModelSettings(URI url, String name, Optional<String> key, Duration timeout) {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    /** Checks the address. */
    public ModelSettings {
        boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        if (!web || url.getHost() == null) {
            throw new IllegalArgumentException("CARREL_MODEL_URL must be an http or https address such as "
                    + "http://localhost:11434/v1");
        }
    }

    /**
     * From {@code CARREL_MODEL_URL}, {@code CARREL_MODEL_NAME} and {@code CARREL_MODEL_KEY}; empty without the first.
     *
     * @throws IllegalArgumentException with one clear line if the address is none or the name is missing
     */
    public static Optional<ModelSettings> from(Map<String, String> environment) {
        String url = environment.getOrDefault("CARREL_MODEL_URL", "").strip();
        String name = environment.getOrDefault("CARREL_MODEL_NAME", "").strip();
        if (url.isEmpty()) {
            return Optional.empty();
        }
        if (name.isEmpty()) {
            throw new IllegalArgumentException("CARREL_MODEL_URL is set and CARREL_MODEL_NAME is not: name the model");
        }
        Optional<String> key = Optional.of(environment.getOrDefault("CARREL_MODEL_KEY", "").strip())
                .filter(value -> !value.isEmpty());
        return Optional.of(new ModelSettings(parse(url), name, key, TIMEOUT));
    }

    private static URI parse(String url) {
        try {
            return URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("CARREL_MODEL_URL is not an address", e);
        }
    }

    /** The same with another limit of time. */
    public ModelSettings within(Duration limit) {
        return new ModelSettings(url, name, key, limit);
    }

    /** Without the key, and without what may stand before an {@code @} in the address. */
    @Override
    public String toString() {
        return name + " at " + url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
    }
}
