package dev.carrel.store.jdbc;

/** What an acknowledged change survives. */
public enum Durability {
    /** The death of the process, {@code kill -9} included; not that of the machine, which may cost the last moments. */
    NORMAL,
    /** The death of the machine as well: every group of changes waits for the disk. */
    FULL
}
