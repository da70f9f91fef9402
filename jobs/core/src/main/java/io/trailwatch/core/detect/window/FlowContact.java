package io.trailwatch.core.detect.window;

import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.decode.FlowRecord;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A TCP or UDP conversation that its source opened, as one flow record shows it.
 *
 * @param detectKey source address; the packet's own (pkt-srcaddr) where the record has it, so that
 *     hosts behind a NAT gateway are told apart
 * @param destination destination address, likewise the packet's own where known
 * @param failed true when the conversation came to nothing: rejected, or a TCP SYN of at most three
 *     packets without more
 * @param rejected true when a security group or network ACL refused it
 */
public record FlowContact(
        String detectKey,
        long timeMillis,
        String eventKey,
        @Nullable String account,
        @Nullable String region,
        String destination,
        int port,
        boolean failed,
        boolean rejected)
        implements Feature {

    /** Lowest port that Linux hands out for outgoing connections (ip_local_port_range). */
    static final int EPHEMERAL_PORTS = 32_768;

    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int SYN = 2;
    private static final int ACK = 16;

    /** A SYN and two repeats; who sends more in one capture window is likely to have an answer. */
    private static final long SYN_TRIES = 3;

    /**
     * The contact a flow record shows; empty for other protocols, records without addresses, and
     * answers. Whether the source opened the conversation is read from the TCP flags: SYN alone
     * opens, SYN with ACK answers. Without a SYN in the record, or without flags (default format,
     * UDP), the ports decide: from a port below {@link #EPHEMERAL_PORTS} to one at or above 1024 is
     * a service that answers its clients, also clients behind a NAT gateway, whose ports begin at
     * 1024. A scan from such a source port is missed where the flags do not show it.
     */
    public static Optional<FlowContact> of(DecodedEvent decoded) {
        if (!(decoded.body() instanceof FlowRecord flow)) {
            return Optional.empty();
        }
        String source = flow.fields().getOrDefault("pkt-srcaddr", flow.srcAddr());
        String destination = flow.fields().getOrDefault("pkt-dstaddr", flow.dstAddr());
        Integer sourcePort = flow.srcPort();
        Integer port = flow.dstPort();
        Integer protocol = flow.protocol();
        if (source == null
                || destination == null
                || sourcePort == null
                || port == null
                || protocol == null
                || (protocol != TCP && protocol != UDP)
                || !opens(protocol, flow.tcpFlags(), sourcePort, port)) {
            return Optional.empty();
        }
        boolean rejected = "REJECT".equals(flow.action());
        return Optional.of(
                new FlowContact(
                        Wording.plain(source),
                        flow.time().toEpochMilli(),
                        decoded.event().key(),
                        Wording.plainOrNull(flow.accountId()),
                        Wording.plainOrNull(flow.fields().get("region")),
                        Wording.plain(destination),
                        port,
                        rejected || unanswered(flow, protocol),
                        rejected));
    }

    private static boolean opens(int protocol, @Nullable Integer flags, int sourcePort, int port) {
        if (protocol == TCP && flags != null && (flags & SYN) != 0) {
            return (flags & ACK) == 0;
        }
        // Name and time servers talk to each other from their own port.
        boolean betweenPeers = sourcePort == port;
        boolean answers = sourcePort < EPHEMERAL_PORTS && port >= 1024;
        return !betweenPeers && !answers;
    }

    private static boolean unanswered(FlowRecord flow, int protocol) {
        Integer flags = flow.tcpFlags();
        Long packets = flow.packets();
        return protocol == TCP
                && flags != null
                && flags == SYN
                && packets != null
                && packets <= SYN_TRIES;
    }
}
