package io.trailwatch.cli.generate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What the interfaces of the production VPC see: visitors, health checks, queries, traffic through
 * the NAT gateway, and the noise of the internet, which tries one port here and there.
 */
final class VpcTraffic implements OrdinaryLife {
    private static final int TCP = 6;
    private static final int SYN = 2;
    private static final int SYN_FIN = 3;
    private static final int SYN_ACK_FIN = 19;
    private static final List<Integer> PROBED_PORTS =
            List.of(
                    22, 23, 80, 443, 445, 1433, 2222, 3306, 3389, 5060, 5432, 5900, 6379, 8080,
                    8443);
    private static final List<String> PARTNERS =
            List.of("192.0.2.200", "192.0.2.201", "192.0.2.210", "203.0.113.150");

    private final Dice dice;
    private final double rate;

    VpcTraffic(Dice dice, double rate) {
        this.dice = dice;
        this.rate = rate;
    }

    @Override
    public void hour(Instant hour, Timeline timeline) {
        double visitors = Rhythm.leisureShare(hour) * 24;
        repeat(200 * visitors, hour, time -> visit(time, timeline));
        repeat(55 * visitors, hour, time -> query(time, timeline));
        repeat(30 * visitors, hour, time -> outward(time, timeline));
        repeat(240, hour, time -> probe(time, timeline));
        repeat(25, hour, time -> straggler(time, timeline));
        for (int minute = 0; minute < 60; minute += 5) {
            Instant window = hour.plus(Duration.ofMinutes(minute));
            timeline.flow(dice, Flow.noData(Organisation.DATABASE, window));
        }
        for (Host balancer : Organisation.LOAD_BALANCERS) {
            for (Host server : Organisation.WEB_SERVERS) {
                repeat(12, hour, time -> healthCheck(balancer, server, time, timeline));
            }
        }
    }

    private interface Happening {
        void at(Instant time);
    }

    private void repeat(double anHour, Instant hour, Happening happening) {
        for (int i = dice.poisson(anHour * rate); i > 0; i--) {
            happening.at(dice.within(hour, Duration.ofHours(1)));
        }
    }

    private void visit(Instant time, Timeline timeline) {
        Host balancer = dice.pick(Organisation.LOAD_BALANCERS);
        String visitor = Visitors.address(dice);
        seenBy(
                balancer,
                visitor,
                balancer.address(),
                443,
                dice.skewed(900, 400_000),
                time,
                timeline);
        if (dice.chance(0.35)) {
            Host server = dice.pick(Organisation.WEB_SERVERS);
            between(balancer, server, 8080, dice.skewed(900, 200_000), time, timeline);
        }
    }

    private void query(Instant time, Timeline timeline) {
        Host server = dice.pick(Organisation.WEB_SERVERS);
        between(server, Organisation.DATABASE, 5432, dice.skewed(800, 300_000), time, timeline);
    }

    /** Out to a partner: the server's interface sees the partner, and so does the gateway's. */
    private void outward(Instant time, Timeline timeline) {
        Host server = dice.pick(Organisation.WEB_SERVERS);
        String partner = dice.pick(PARTNERS);
        long bytes = dice.skewed(500, 60_000);
        seenBy(server, server.address(), partner, 443, bytes, time, timeline);
        Host gateway = Organisation.NAT_GATEWAY;
        seenBy(gateway, gateway.address(), partner, 443, bytes, time, timeline);
    }

    private void healthCheck(Host balancer, Host server, Instant time, Timeline timeline) {
        between(balancer, server, 8080, 640, time, timeline);
    }

    /** Background scanning: each source tries one port of one address. */
    private void probe(Instant time, Timeline timeline) {
        Host target =
                dice.chance(0.4)
                        ? Organisation.NAT_GATEWAY
                        : dice.pick(Organisation.LOAD_BALANCERS);
        String source = Visitors.prober(dice);
        int port = dice.pick(PROBED_PORTS);
        boolean open = port == 443 && Organisation.LOAD_BALANCERS.contains(target);
        timeline.flow(
                dice, packet(target, source, target.address(), ephemeral(), port, time, open));
    }

    /** A packet after the connection has closed is rejected, though nothing is wrong. */
    private void straggler(Instant time, Timeline timeline) {
        Host server = dice.pick(Organisation.WEB_SERVERS);
        String partner = dice.pick(PARTNERS);
        timeline.flow(
                dice, packet(server, partner, server.address(), 443, ephemeral(), time, false));
    }

    /** A connection inside the VPC: both ends log both directions. */
    private void between(
            Host client, Host server, int port, long bytes, Instant time, Timeline timeline) {
        int from = ephemeral();
        for (Host observer : List.of(client, server)) {
            directions(
                    observer,
                    client.address(),
                    server.address(),
                    from,
                    port,
                    bytes,
                    time,
                    timeline);
        }
    }

    private void seenBy(
            Host observer,
            String client,
            String server,
            int port,
            long bytes,
            Instant time,
            Timeline timeline) {
        directions(observer, client, server, ephemeral(), port, bytes, time, timeline);
    }

    private void directions(
            Host observer,
            String client,
            String server,
            int from,
            int port,
            long bytes,
            Instant time,
            Timeline timeline) {
        Instant end = time.plusSeconds(dice.between(1, 59));
        long packets = 4 + bytes / 1200;
        long asked = 400 + packets * 52;
        timeline.flow(
                dice,
                new Flow(
                        observer, client, server, from, port, TCP, packets, asked, time, end, true,
                        SYN_FIN, "OK"));
        timeline.flow(
                dice,
                new Flow(
                        observer,
                        server,
                        client,
                        port,
                        from,
                        TCP,
                        packets,
                        bytes,
                        time,
                        end,
                        true,
                        SYN_ACK_FIN,
                        "OK"));
    }

    /** One packet that opens nothing. */
    static Flow packet(
            Host observer,
            String source,
            String destination,
            int sourcePort,
            int port,
            Instant time,
            boolean accepted) {
        return new Flow(
                observer,
                source,
                destination,
                sourcePort,
                port,
                TCP,
                1,
                44,
                time,
                time.plusSeconds(20),
                accepted,
                SYN,
                "OK");
    }

    private int ephemeral() {
        return dice.between(32_768, 60_999);
    }
}
