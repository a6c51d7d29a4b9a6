package dev.carrel.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import dev.carrel.error.NotFoundException;

/**
 * The chat page's files, from the jar. Only names that are listed here or are plain file names of the page's own folder
 * lead anywhere. Thread-safe.
 */
final class Pages {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*\\.(js|css|svg|html)");
    private static final String WEBJARS = "/META-INF/resources/webjars/";
    private static final Map<String, String> LIBRARIES = Map.of("marked.js", "marked/17.0.1/lib/marked.esm.js",
            "purify.js", "dompurify/3.3.3/dist/purify.es.mjs", "highlight.js", "highlightjs/11.11.1/highlight.min.js");
    private static final Map<String, String> TYPES = Map.of("js", "text/javascript;charset=utf-8", "css",
            "text/css;charset=utf-8", "svg", "image/svg+xml", "html", "text/html;charset=utf-8");

    private static final class File {
        final String type;
        final byte[] content;
        final String tag;

        File(String type, byte[] content) {
            this.type = type;
            this.content = content;
            try {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
                this.tag = "\"" + HexFormat.of().formatHex(hash, 0, 8) + "\"";
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }
    }

    private final Map<String, Optional<File>> files = new ConcurrentHashMap<>();

    void index(Exchange exchange) throws IOException {
        send(exchange, "page/index.html", "html");
    }

    void asset(Exchange exchange) throws IOException {
        String name = exchange.variable("file");
        if (!NAME.matcher(name).matches()) {
            throw missing();
        }
        send(exchange, "page/" + name, name.substring(name.lastIndexOf('.') + 1));
    }

    void library(Exchange exchange) throws IOException {
        String path = LIBRARIES.get(exchange.variable("file"));
        if (path == null) {
            throw missing();
        }
        send(exchange, WEBJARS + path, path.substring(path.lastIndexOf('.') + 1).replace("mjs", "js"));
    }

    private void send(Exchange exchange, String resource, String kind) throws IOException {
        File file = files.computeIfAbsent(resource, name -> load(name, kind)).orElseThrow(Pages::missing);
        // Kept by the browser, but asked for each time: a new version is seen at once.
        exchange.response().setHeader("Cache-Control", "no-cache");
        exchange.response().setHeader("ETag", file.tag);
        if (file.tag.equals(exchange.request().getHeader("If-None-Match"))) {
            exchange.response().setStatus(304);
            return;
        }
        exchange.answer().sendShared(200, file.type, file.content);
    }

    private static Optional<File> load(String resource, String kind) {
        try (InputStream in = Pages.class.getResourceAsStream(resource)) {
            return in == null
                    ? Optional.empty()
                    : Optional.of(new File(Objects.requireNonNull(TYPES.get(kind)), in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static NotFoundException missing() {
        return new NotFoundException("There is no such page.");
    }
}
