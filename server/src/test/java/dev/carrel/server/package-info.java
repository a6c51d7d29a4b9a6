/** Tests against a real server: real Jetty, real SQLite, a stock HTTP client. */
@NullMarked
package dev.carrel.server;

import org.jspecify.annotations.NullMarked;
