package io.trailwatch.cli.generate;

import java.time.LocalTime;
import java.util.List;

/** Attacks that flow logs see, from a web server that is no longer ours alone. */
final class NetworkAttacks {
    static final List<Attack> ALL =
            List.of(
                    new Attack(
                            "port-scan-vertical",
                            "Web server tries many ports of the database",
                            LocalTime.of(21, 20),
                            List.of("T1046"),
                            "one source, one destination, many ports rejected",
                            NetworkAttacks::vertical),
                    new Attack(
                            "port-scan-horizontal",
                            "Web server tries SSH at every address of the VPC",
                            LocalTime.of(21, 45),
                            List.of("T1046", "T1021.004"),
                            "one source, one port, many destinations rejected",
                            NetworkAttacks::horizontal));

    private static final Host INTRUDER = Organisation.WEB_2;
    private static final int PORTS = 320;
    private static final int SSH = 22;

    private NetworkAttacks() {}

    /** The server may send; the database's security group lets nothing but 5432 in. */
    private static void vertical(Script script) {
        Host target = Organisation.DATABASE;
        script.about(INTRUDER.address(), target.address());
        for (int i = 0; i < PORTS; i++) {
            int from = script.dice().between(32_768, 60_999);
            int port = 1 + i * 7;
            for (Host observer : List.of(INTRUDER, target)) {
                script.flow(
                        VpcTraffic.packet(
                                observer,
                                INTRUDER.address(),
                                target.address(),
                                from,
                                port,
                                script.now(),
                                observer == INTRUDER));
            }
            script.pause(0, 1);
        }
    }

    /** The subnet's network ACL lets no SSH out, so the server's own interface rejects. */
    private static void horizontal(Script script) {
        script.about(INTRUDER.address());
        for (String network : List.of("10.20.0.", "10.20.10.", "10.20.20.")) {
            for (int last = 4; last < 254; last += 3) {
                script.flow(
                        VpcTraffic.packet(
                                INTRUDER,
                                INTRUDER.address(),
                                network + last,
                                script.dice().between(32_768, 60_999),
                                SSH,
                                script.now(),
                                false));
                script.pause(0, 1);
            }
        }
    }
}
