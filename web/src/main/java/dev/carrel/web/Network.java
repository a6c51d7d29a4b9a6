package dev.carrel.web;

import java.net.InetAddress;
import java.util.HexFormat;

/**
 * Where a request comes from, as far as that says who might be behind it.
 *
 * @param prefix an IPv4 address, or the network of an IPv6 address, written out: two ways to write one must not be two
 */
record Network(String prefix) {
    /** Of an IPv6 address the network, which is one customer's: they have more addresses in it than anybody can remember. */
    static Network of(String address) {
        try {
            byte[] bytes = InetAddress.ofLiteral(address.replace("[", "").replace("]", "")).getAddress();
            return new Network(HexFormat.of().formatHex(bytes, 0, Math.min(8, bytes.length)));
        } catch (IllegalArgumentException e) {
            return new Network("unknown");
        }
    }
}
