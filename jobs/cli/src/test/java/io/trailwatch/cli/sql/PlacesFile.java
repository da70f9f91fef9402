package io.trailwatch.cli.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes a MaxMind DB that knows the countries of a few networks, so that places can be tested
 * without a database of somebody else. Format: "MaxMind DB File Format Specification" 2.0, an IPv6
 * tree with records of 24 bits, IPv4 below ::/96.
 */
final class PlacesFile {
    private static final int CONTROL_TEXT = 2 << 5;
    private static final int CONTROL_MAP = 7 << 5;
    private static final int CONTROL_UINT16 = 5 << 5;
    private static final int CONTROL_UINT32 = 6 << 5;
    private static final int EXTENDED_LIST = 11 - 7;
    private static final int SEPARATOR_BYTES = 16;
    private static final int NO_DATA = -1;

    /** Children of each node: nodes from 0 on, NO_DATA, or -2 - offset of data. */
    private final List<int[]> nodes = new ArrayList<>();

    private final ByteArrayOutputStream data = new ByteArrayOutputStream();

    private PlacesFile() {
        nodes.add(new int[] {NO_DATA, NO_DATA});
    }

    /**
     * @param countries ISO code by network in CIDR notation; networks do not overlap
     */
    static void write(Path file, Map<String, String> countries) throws IOException {
        PlacesFile places = new PlacesFile();
        for (Map.Entry<String, String> entry : countries.entrySet()) {
            places.add(entry.getKey(), entry.getValue());
        }
        Files.write(file, places.bytes());
    }

    private void add(String network, String country) throws IOException {
        int offset = data.size();
        data.write(CONTROL_MAP | 1);
        text(data, "country");
        data.write(CONTROL_MAP | 1);
        text(data, "iso_code");
        text(data, country);

        int slash = network.indexOf('/');
        byte[] address = InetAddress.getByName(network.substring(0, slash)).getAddress();
        int leading = 128 - address.length * 8;
        int length = leading + Integer.parseInt(network.substring(slash + 1));
        int node = 0;
        for (int i = 0; i < length; i++) {
            int place = i - leading;
            int bit = place < 0 ? 0 : address[place / 8] >> (7 - place % 8) & 1;
            if (i == length - 1) {
                nodes.get(node)[bit] = -2 - offset;
            } else {
                if (nodes.get(node)[bit] == NO_DATA) {
                    nodes.add(new int[] {NO_DATA, NO_DATA});
                    nodes.get(node)[bit] = nodes.size() - 1;
                }
                node = nodes.get(node)[bit];
            }
        }
    }

    private byte[] bytes() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        for (int[] node : nodes) {
            for (int child : node) {
                int record =
                        child >= 0
                                ? child
                                : child == NO_DATA
                                        ? nodes.size()
                                        : nodes.size() + SEPARATOR_BYTES + (-2 - child);
                file.write(record >> 16);
                file.write(record >> 8);
                file.write(record);
            }
        }
        file.write(new byte[SEPARATOR_BYTES]);
        data.writeTo(file);
        file.write(new byte[] {(byte) 0xAB, (byte) 0xCD, (byte) 0xEF});
        file.write("MaxMind.com".getBytes(UTF_8));
        file.write(CONTROL_MAP | 9);
        number(file, "node_count", CONTROL_UINT32, nodes.size());
        number(file, "record_size", CONTROL_UINT16, 24);
        number(file, "ip_version", CONTROL_UINT16, 6);
        number(file, "binary_format_major_version", CONTROL_UINT16, 2);
        number(file, "binary_format_minor_version", CONTROL_UINT16, 0);
        text(file, "build_epoch");
        file.write(8);
        file.write(9 - 7); // uint64, an extended type
        file.write(new byte[8]);
        text(file, "database_type");
        text(file, "Trailwatch-Country");
        text(file, "languages");
        file.write(0);
        file.write(EXTENDED_LIST);
        text(file, "description");
        file.write(CONTROL_MAP);
        return file.toByteArray();
    }

    private static void number(ByteArrayOutputStream out, String name, int control, int value) {
        text(out, name);
        boolean isLong = control == CONTROL_UINT32;
        out.write(control | (isLong ? 4 : 2));
        for (int shift = isLong ? 24 : 8; shift >= 0; shift -= 8) {
            out.write(value >> shift);
        }
    }

    /** Texts of up to 28 bytes. */
    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        out.write(CONTROL_TEXT | bytes.length);
        out.writeBytes(bytes);
    }
}
