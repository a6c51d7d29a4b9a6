/**
 * A multi-user demo: a voice assistant that was written for one person at one microphone, and then put on the web.
 */
@NullMarked
package dev.carrel.examples.demo;

import org.jspecify.annotations.NullMarked;
