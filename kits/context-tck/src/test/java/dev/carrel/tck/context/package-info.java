/** The kit runs against Carrel's own hops, and against hops that are broken on purpose. */
@NullMarked
package dev.carrel.tck.context;

import org.jspecify.annotations.NullMarked;
