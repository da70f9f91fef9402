package io.trailwatch.core.detect.correlation;

import io.trailwatch.core.detect.correlation.CorrelationState.Table;

/**
 * A multiset of numbers that knows its percentiles exactly and forgets one number as cheaply as it
 * takes one.
 *
 * <p>It is a trie over the bytes of the numbers, most significant first, in an encoding that sorts
 * as the numbers do; every node counts what lies below each of its children. Adding, removing and
 * ranking touch one node a byte, at most eight, however many numbers there are: sorting the window
 * at each of its ends would cost the whole window, a sketch would not be exact and could not
 * forget. Zero bytes at the end are left out, so that integers need three or four nodes. The shape
 * follows from the content alone, so that the order of arrival leaves no trace. Numbers are ranked
 * as IEEE 754 doubles.
 */
final class RankedValues {
    private static final int BYTES = Long.BYTES;

    /** Child that stands for the numbers that end at a node; before all bytes. */
    private static final int END = -1;

    private final Table<Long, int[]> nodes;

    /**
     * @param nodes by depth and leading bytes; each holds pairs of child and count, sorted by child
     */
    RankedValues(Table<Long, int[]> nodes) {
        this.nodes = nodes;
    }

    void add(double value) {
        change(sortable(value), 1);
    }

    /** Takes out a number that was added. */
    void remove(double value) {
        change(sortable(value), -1);
    }

    /** How many numbers there are. */
    long size() {
        return count(node(0, 0));
    }

    /**
     * A percentile, interpolated linearly between the two numbers next to it, as PERCENTILE_CONT of
     * SQL:2003 does: the median of two numbers lies in their middle.
     *
     * @param percentile 0 to 100
     * @throws IllegalStateException if there are no numbers
     */
    double percentile(double percentile) {
        long size = size();
        if (size == 0) {
            throw new IllegalStateException("no numbers to rank");
        }
        double position = percentile / 100 * (size - 1);
        long below = (long) Math.floor(position);
        double lower = at(below);
        double share = position - below;
        return share == 0 ? lower : lower + share * (at(below + 1) - lower);
    }

    /** The number at a rank, from 0. */
    private double at(long rank) {
        long prefix = 0;
        long left = rank;
        for (int depth = 0; ; depth++) {
            int[] node = node(depth, prefix);
            int pair = 0;
            while (left >= node[pair + 1]) {
                left -= node[pair + 1];
                pair += 2;
            }
            if (node[pair] == END) {
                return number(prefix);
            }
            prefix |= (long) node[pair] << shift(depth);
            if (depth == BYTES - 1) {
                return number(prefix);
            }
        }
    }

    private void change(long sortable, int by) {
        long prefix = 0;
        for (int depth = 0; ; depth++) {
            boolean ends = sortable == prefix;
            int child = ends ? END : (int) (sortable >>> shift(depth)) & 0xff;
            long key = key(depth, prefix);
            int[] node = nodes.get(key);
            int[] changed = changed(node == null ? new int[0] : node, child, by);
            if (changed.length == 0) {
                nodes.remove(key);
            } else {
                nodes.put(key, changed);
            }
            if (ends || depth == BYTES - 1) {
                return;
            }
            prefix |= (long) child << shift(depth);
        }
    }

    private static int[] changed(int[] node, int child, int by) {
        int pair = 0;
        while (pair < node.length && node[pair] < child) {
            pair += 2;
        }
        if (pair == node.length || node[pair] != child) {
            int[] grown = new int[node.length + 2];
            System.arraycopy(node, 0, grown, 0, pair);
            grown[pair] = child;
            grown[pair + 1] = by;
            System.arraycopy(node, pair, grown, pair + 2, node.length - pair);
            return grown;
        }
        if (node[pair + 1] + by == 0) {
            int[] shrunk = new int[node.length - 2];
            System.arraycopy(node, 0, shrunk, 0, pair);
            System.arraycopy(node, pair + 2, shrunk, pair, shrunk.length - pair);
            return shrunk;
        }
        int[] same = node.clone();
        same[pair + 1] += by;
        return same;
    }

    private int[] node(int depth, long prefix) {
        int[] node = nodes.get(key(depth, prefix));
        return node == null ? new int[0] : node;
    }

    private static long count(int[] node) {
        long count = 0;
        for (int pair = 0; pair < node.length; pair += 2) {
            count += node[pair + 1];
        }
        return count;
    }

    /** The leading bytes behind a one, which tells how many there are. */
    private static long key(int depth, long prefix) {
        return depth == 0 ? 1 : (1L << (8 * depth)) | (prefix >>> (8 * (BYTES - depth)));
    }

    private static int shift(int depth) {
        return 8 * (BYTES - 1 - depth);
    }

    /** Bits that sort, without sign, as the numbers do; 0 and -0 are the same. */
    private static long sortable(double value) {
        long bits = Double.doubleToLongBits(value + 0.0);
        return bits < 0 ? ~bits : bits ^ Long.MIN_VALUE;
    }

    private static double number(long sortable) {
        return Double.longBitsToDouble(sortable < 0 ? sortable ^ Long.MIN_VALUE : ~sortable);
    }
}
