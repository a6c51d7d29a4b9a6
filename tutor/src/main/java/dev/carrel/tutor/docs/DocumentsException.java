package dev.carrel.tutor.docs;

import org.jspecify.annotations.Nullable;

/**
 * The documents cannot be read. The message is one line for whoever started the program: it names the path and what to
 * do. It is not for users of the page.
 */
public final class DocumentsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With the line to print, and the cause, if there is one. */
    public DocumentsException(String line, @Nullable Throwable cause) {
        super(line, cause);
    }
}
