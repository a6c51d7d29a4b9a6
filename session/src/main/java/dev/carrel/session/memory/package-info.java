/** The store that keeps everything in memory and promises nothing beyond the process: for tests and for trying out. */
@NullMarked
package dev.carrel.session.memory;

import org.jspecify.annotations.NullMarked;
