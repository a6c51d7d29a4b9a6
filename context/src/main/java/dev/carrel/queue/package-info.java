/** One bounded queue that is fair between flows, for batches, task pools and admission. */
@NullMarked
package dev.carrel.queue;

import org.jspecify.annotations.NullMarked;
