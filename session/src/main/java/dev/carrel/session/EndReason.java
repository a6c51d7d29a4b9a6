package dev.carrel.session;

import java.util.Arrays;
import java.util.Optional;

/** Why a session ended. */
public enum EndReason {
    /** Its owner deleted it. */
    DELETED("deleted"),
    /** Nothing was asked in it for too long. */
    IDLE("idle"),
    /** It has reached the age that sessions may reach. */
    EXPIRED("expired"),
    /** Its owner, or their tenant, has newer ones than they may keep. */
    EVICTED("evicted"),
    /** All that was kept of its owner was erased. */
    ERASED("erased");

    private final String text;

    EndReason(String text) {
        this.text = text;
    }

    /** The reason of this text; empty if it is none that this version knows. */
    public static Optional<EndReason> of(String text) {
        return Arrays.stream(values()).filter(reason -> reason.text.equals(text)).findFirst();
    }

    /** The reason as it stands on the wire and in stores. */
    public String text() {
        return text;
    }
}
