package io.trailwatch.core.decode;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a flow log, in order. A record does not name its fields, and the format of a flow
 * log never changes (documents "Flow log records" and "Transit Gateway Flow Log records"). Names
 * not known here are kept.
 *
 * <p>A record has no identity of its own. Two lines of one format that are equal to the letter are
 * one record delivered twice when the format names what AWS makes one record of: the place, the
 * 5-tuple, the window, and the action at an interface or the direction at a transit gateway
 * attachment. Without the action, a rejected and an accepted packet of one window may read the
 * same; without the direction, so may the way into an attachment and the way out of it. Where a
 * format lacks one of these fields or holds {@code -} for the place, equal lines are kept apart.
 */
public final class FlowFormat {
    /** Every field of versions 2 to 11; those of version 6 are of transit gateways. */
    public static final Set<String> KNOWN =
            Arrays.stream(
                            """
                            version account-id interface-id srcaddr dstaddr srcport dstport
                            protocol packets bytes start end action log-status
                            vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr
                            region az-id sublocation-type sublocation-id
                            pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path
                            resource-type tgw-id tgw-attachment-id tgw-src-vpc-account-id
                            tgw-dst-vpc-account-id tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id
                            tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id
                            tgw-pair-attachment-id packets-lost-no-route packets-lost-blackhole
                            packets-lost-mtu-exceeded packets-lost-ttl-expired
                            ecs-cluster-arn ecs-cluster-name ecs-container-instance-arn
                            ecs-container-instance-id ecs-container-id ecs-second-container-id
                            ecs-service-name ecs-task-definition-arn ecs-task-arn ecs-task-id
                            reject-reason
                            resource-id
                            encryption-status
                            interface-type next-hop-interface-id next-hop-interface-type
                            next-hop-subnet-id next-hop-az-id next-hop-vpc-id instance-tag
                            instance-tag-2 interface-tag interface-tag-2 asg-tag asg-tag-2
                            """
                                    .split("\\s+"))
                    .collect(toUnmodifiableSet());

    private static final Set<String> FLOW_IDENTITY =
            Set.of("srcaddr", "dstaddr", "srcport", "dstport", "protocol", "start", "end");
    private static final String INTERFACE = "interface-id";
    private static final String ATTACHMENT = "tgw-attachment-id";
    private static final String TRANSIT_GATEWAY = "TransitGateway";
    private static final int HEAD_BYTES = 64;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,63}");
    private static final int MAX_FIELDS = 200;

    /** The format of a flow log that was made without one. */
    public static final FlowFormat DEFAULT =
            parse(
                    "version account-id interface-id srcaddr dstaddr srcport dstport protocol"
                            + " packets bytes start end action log-status");

    /** The format of a transit gateway flow log that was made without one. */
    public static final FlowFormat DEFAULT_TRANSIT_GATEWAY =
            parse(
                    "version resource-type account-id tgw-id tgw-attachment-id"
                            + " tgw-src-vpc-account-id tgw-dst-vpc-account-id tgw-src-vpc-id"
                            + " tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni"
                            + " tgw-dst-eni tgw-src-az-id tgw-dst-az-id tgw-pair-attachment-id"
                            + " srcaddr dstaddr srcport dstport protocol packets bytes start end"
                            + " log-status type packets-lost-no-route packets-lost-blackhole"
                            + " packets-lost-mtu-exceeded packets-lost-ttl-expired tcp-flags region"
                            + " flow-direction pkt-src-aws-service pkt-dst-aws-service");

    private final List<String> fields;
    private final String names;
    private final boolean identifiesRecords;
    private final int placeColumn;
    private final int startColumn;

    private FlowFormat(List<String> fields) {
        this.fields = List.copyOf(fields);
        this.names = String.join(" ", fields);
        boolean atInterface = this.fields.contains(INTERFACE);
        this.identifiesRecords =
                this.fields.containsAll(FLOW_IDENTITY)
                        && (atInterface
                                ? this.fields.contains("action")
                                : this.fields.contains(ATTACHMENT)
                                        && this.fields.contains("flow-direction"));
        this.placeColumn = this.fields.indexOf(atInterface ? INTERFACE : ATTACHMENT);
        this.startColumn = this.fields.indexOf("start");
    }

    /**
     * Reads field names separated by spaces or commas, each plain or as {@code ${name}}.
     *
     * @throws IllegalArgumentException if there is no name, one is malformed, or one stands twice
     */
    public static FlowFormat parse(String text) {
        String[] names = text.strip().split("[\\s,]+", MAX_FIELDS + 1);
        if (names.length > MAX_FIELDS) {
            throw new IllegalArgumentException(
                    "flow format has more than %d fields".formatted(MAX_FIELDS));
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < names.length; i++) {
            if (names[i].startsWith("${") && names[i].endsWith("}")) {
                names[i] = names[i].substring(2, names[i].length() - 1);
            }
            if (!NAME.matcher(names[i]).matches()) {
                throw new IllegalArgumentException(
                        "flow format has '%s' where a field name such as srcaddr must stand"
                                .formatted(names[i]));
            }
            if (!seen.add(names[i])) {
                throw new IllegalArgumentException(
                        "flow format names '%s' twice".formatted(names[i]));
            }
        }
        return new FlowFormat(Arrays.asList(names));
    }

    /**
     * Reads a header line: nothing but field names, most of them known. A record never passes for
     * one, as it holds addresses, numbers or {@code -}.
     */
    public static Optional<FlowFormat> ofHeader(String line) {
        String[] names = line.strip().split("\\s+", MAX_FIELDS + 1);
        long known = Arrays.stream(names).filter(KNOWN::contains).count();
        if (known < 2 || known * 2 < names.length) {
            return Optional.empty();
        }
        try {
            return Optional.of(parse(line));
        } catch (IllegalArgumentException noHeader) {
            return Optional.empty();
        }
    }

    /**
     * The default format that a line without a header is of, by what it begins with: version 2 and
     * an account, or a version, {@code TransitGateway} and an account. How many columns there are
     * is not looked at. Null when it is of neither.
     */
    public static @Nullable FlowFormat ofDefault(byte[] bytes, int from, int to) {
        String head =
                new String(
                        bytes, from, Math.min(to - from, HEAD_BYTES), StandardCharsets.ISO_8859_1);
        String[] columns = head.split("[ \t]+", 4);
        if (columns.length >= 3 && columns[0].equals("2") && isAccount(columns[1])) {
            return DEFAULT;
        }
        if (columns.length == 4
                && columns[1].equals(TRANSIT_GATEWAY)
                && isAccount(columns[2])
                && isDigits(columns[0])) {
            return DEFAULT_TRANSIT_GATEWAY;
        }
        return null;
    }

    private static boolean isAccount(String text) {
        return text.equals("unknown") || text.length() == 12 && isDigits(text);
    }

    private static boolean isDigits(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /**
     * Refuses a format that only has names no flow log knows; beside known ones new names may
     * stand.
     *
     * @throws IllegalArgumentException if no name is known
     */
    public void requireAKnownField() {
        if (fields.stream().noneMatch(KNOWN::contains)) {
            throw new IllegalArgumentException(
                    "flow format '%s' names no field of flow logs, such as srcaddr"
                            .formatted(names));
        }
    }

    /** AWS field names, no two the same. */
    public List<String> fields() {
        return fields;
    }

    /** The field names separated by single spaces. */
    public String names() {
        return names;
    }

    /**
     * Whether two records of this format that are equal to the letter, and name their place, are
     * one record delivered twice.
     */
    public boolean identifiesRecords() {
        return identifiesRecords;
    }

    /** Hour of the record's start, counted from 1970 UTC; 0 where it tells none. */
    public long startHour(byte[] bytes, int from, int to) {
        int start = startOfColumn(startColumn, bytes, from, to);
        return start < 0
                ? 0
                : EventTimes.hourOfSeconds(bytes, start, endOfColumn(bytes, start, to));
    }

    /** Whether the record names the interface or attachment it was taken at. */
    public boolean namesPlace(byte[] bytes, int from, int to) {
        int start = startOfColumn(placeColumn, bytes, from, to);
        return start >= 0 && !(bytes[start] == '-' && endOfColumn(bytes, start, to) == start + 1);
    }

    /** Offset of the column with this number from 0; -1 where the record ends before it. */
    private static int startOfColumn(int column, byte[] bytes, int from, int to) {
        int left = column;
        int i = from;
        while (i < to && left >= 0) {
            while (i < to && isBlank(bytes[i])) {
                i++;
            }
            if (left == 0) {
                return i < to ? i : -1;
            }
            i = endOfColumn(bytes, i, to);
            left--;
        }
        return -1;
    }

    private static int endOfColumn(byte[] bytes, int start, int to) {
        int end = start;
        while (end < to && !isBlank(bytes[end])) {
            end++;
        }
        return end;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }
}
