package dev.carrel.tests;

import java.util.ArrayList;
import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

/** Everything that the server logs from debug upwards while this is open. Thread-safe. */
final class LogBook implements AutoCloseable {
    private static final class Pages extends AppenderBase<ILoggingEvent> {
        private final List<String> lines = new ArrayList<>();

        @Override
        protected synchronized void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage() + " " + event.getMDCPropertyMap()
                    + (event.getThrowableProxy() == null
                            ? ""
                            : ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }

        synchronized String text() {
            return String.join("\n", lines);
        }
    }

    private final Logger ours = (Logger) LoggerFactory.getLogger("dev.carrel");
    private final Level before = ours.getLevel();
    private final Pages pages = new Pages();

    LogBook() {
        pages.start();
        ours.addAppender(pages);
        ours.setLevel(Level.DEBUG);
    }

    String text() {
        return pages.text();
    }

    @Override
    public void close() {
        ours.setLevel(before);
        ours.detachAppender(pages);
    }
}
