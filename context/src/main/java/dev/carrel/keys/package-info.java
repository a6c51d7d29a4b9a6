/**
 * The secret keys of an installation. One {@link dev.carrel.keys.KeyRing} signs cookies, sealed principals and whatever
 * else must come back unchanged; nodes that serve the same users share it.
 */
@NullMarked
package dev.carrel.keys;

import org.jspecify.annotations.NullMarked;
