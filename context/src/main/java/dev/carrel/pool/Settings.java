package dev.carrel.pool;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import dev.carrel.time.TimeSource;

/** What a {@link TaskPoolBuilder} was told. */
record Settings(String name, boolean virtual, int concurrency, int queue, @Nullable Duration limit, Duration grace,
        Duration closing, int abandonable, TimeSource time, boolean submitTraces) {}
