/** What every store must do. Start at {@link dev.carrel.tck.store.StoreContract}. */
@NullMarked
package dev.carrel.tck.store;

import org.jspecify.annotations.NullMarked;
