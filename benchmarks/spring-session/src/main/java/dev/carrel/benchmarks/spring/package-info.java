/**
 * A peer: the echo that counts, in Spring Boot, with its session in a database. {@link dev.carrel.benchmarks.spring.Echo}
 * is what a request meets, {@link dev.carrel.benchmarks.spring.EchoApplication} starts it.
 */
@NullMarked
package dev.carrel.benchmarks.spring;

import org.jspecify.annotations.NullMarked;
