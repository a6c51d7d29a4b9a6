package dev.carrel.integrations.mdc;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

/** A real logger with a real pattern, whose lines are kept. */
final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    final List<String> lines = new CopyOnWriteArrayList<>();
    final org.slf4j.Logger log;
    private final PatternLayout layout = new PatternLayout();
    private final Logger logger;

    LogLines(String pattern) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        layout.setContext(context);
        layout.setPattern(pattern);
        layout.start();
        logger = context.getLogger("test");
        logger.setAdditive(false);
        logger.addAppender(this);
        log = logger;
        start();
    }

    @Override
    protected void append(ILoggingEvent event) {
        lines.add(layout.doLayout(event));
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        stop();
    }
}
