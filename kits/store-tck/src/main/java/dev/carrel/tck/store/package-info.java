/**
 * What every store must do. {@link dev.carrel.tck.store.StoreContract} bundles the families of tests; a store's test class
 * implements it, or {@link dev.carrel.tck.store.DurableStoreContract}, and says how to open the store. What a store promises
 * besides it says by {@link dev.carrel.tck.store.CrashContract} and {@link dev.carrel.tck.store.NodesContract}.
 */
@NullMarked
package dev.carrel.tck.store;

import org.jspecify.annotations.NullMarked;
