/**
 * A server for an application: {@link dev.carrel.server.CarrelServer} puts store, keys, engine, servlet and Jetty
 * together, as {@link dev.carrel.server.ServerSettings} say.
 */
@NullMarked
package dev.carrel.server;

import org.jspecify.annotations.NullMarked;
