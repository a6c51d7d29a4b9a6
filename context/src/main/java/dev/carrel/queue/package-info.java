/** One bounded queue that is fair between flows, and how much each may have at once: for batches, task pools and admission. */
@NullMarked
package dev.carrel.queue;

import org.jspecify.annotations.NullMarked;
