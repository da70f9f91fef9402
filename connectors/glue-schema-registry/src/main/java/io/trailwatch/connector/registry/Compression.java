package io.trailwatch.connector.registry;

/** Second byte of a record. */
public enum Compression {
    NONE(0),
    ZLIB(5);

    final byte code;

    Compression(int code) {
        this.code = (byte) code;
    }
}
