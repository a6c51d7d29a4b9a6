/** Where a server plugs in, so that an application can start without naming one. */
@NullMarked
package dev.carrel.app.spi;

import org.jspecify.annotations.NullMarked;
