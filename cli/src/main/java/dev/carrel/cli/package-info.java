/** The carrel command: options, users, and one clear line when something is wrong. */
@NullMarked
package dev.carrel.cli;

import org.jspecify.annotations.NullMarked;
