/**
 * Chat with custom endpoints: what an endpoint of one's own stored must be there when the same user's chat handler looks
 * for it.
 */
@NullMarked
package dev.carrel.examples.endpoints;

import org.jspecify.annotations.NullMarked;
