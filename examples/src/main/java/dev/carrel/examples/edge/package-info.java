/** What stands between people and a Carrel application: here without HTTP, so that the cases need no server. */
@NullMarked
package dev.carrel.examples.edge;

import org.jspecify.annotations.NullMarked;
