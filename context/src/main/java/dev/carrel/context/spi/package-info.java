/**
 * For bridges to libraries that keep a context of their own. Found by {@link java.util.ServiceLoader}, once, when the first
 * context is bound; where there is none, binding a context costs what it cost before.
 *
 * <ul>
 * <li>{@link dev.carrel.context.spi.BindingListener}: told when a context is bound and when that ends.
 * <li>{@link dev.carrel.context.spi.OpenScopes}: contexts that are opened and closed by a pair of callbacks instead of
 * around a block. At most one.
 * </ul>
 */
@NullMarked
package dev.carrel.context.spi;

import org.jspecify.annotations.NullMarked;
