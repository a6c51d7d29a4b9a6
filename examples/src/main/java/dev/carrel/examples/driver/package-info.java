/**
 * What runs a case: 200 users at once, the waits that both programs go through, and a judge who knows what neither
 * program can see. It knows nothing of Carrel. Start at {@link dev.carrel.examples.driver.Case}.
 */
@NullMarked
package dev.carrel.examples.driver;

import org.jspecify.annotations.NullMarked;
