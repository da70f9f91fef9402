package io.trailwatch.core.detect.window;

import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.finding.Finding;
import io.trailwatch.finding.FindingIds;
import io.trailwatch.finding.Severity;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One source that tries many ports of a host (vertical), or one port of many hosts (horizontal),
 * T1046.
 *
 * <p>Normal traffic looks alike in part, so not every {@link FlowContact} counts:
 *
 * <ul>
 *   <li>horizontal: only failed contacts. A browser, a crawler or a NAT gateway opens one port of
 *       many hosts all day, and a load balancer checks its targets, but they get answers.
 *   <li>vertical: failed contacts, and answered ones to ports below {@link
 *       FlowContact#EPHEMERAL_PORTS}. Above are passive FTP, remote procedure calls and container
 *       ports under health checks.
 * </ul>
 */
public record PortScan(Settings settings) implements WindowDetector<FlowContact, PortScan.State> {
    public static final String VERTICAL_RULE = "trailwatch-port-scan-vertical";
    public static final String HORIZONTAL_RULE = "trailwatch-port-scan-horizontal";
    static final String VERSION = "2026-11-21";

    /**
     * Most pairs of host and port kept per source; the one not seen for longest goes first. About
     * 100 bytes each besides the event key: addresses have at most 45 characters. More than 19 by
     * 19, so that with the default thresholds no scan of a grid of hosts and ports, in whatever
     * order, slips between the two rules for want of room.
     */
    static final int MAX_KEPT = 512;

    /**
     * What makes a scan.
     *
     * @param span event time over which contacts count together
     * @param ports different ports of one host that make a vertical scan, 2 to 512
     * @param hosts different hosts on one port that make a horizontal scan, 2 to 512
     */
    public record Settings(Duration span, int ports, int hosts) implements Serializable {
        public static final Settings DEFAULTS = new Settings(Duration.ofMinutes(5), 20, 20);

        public Settings {
            Wording.requirePositive("span", span);
            Wording.requireWithin("ports", ports, 2, MAX_KEPT);
            Wording.requireWithin("hosts", hosts, 2, MAX_KEPT);
        }
    }

    /** The latest contact with a host's port within the window. */
    public record Probe(
            String destination,
            int port,
            boolean failed,
            boolean rejected,
            long timeMillis,
            String eventKey) {}

    /**
     * Probes of one source, the one not seen for longest first, one per host and port.
     *
     * @param forgotten probes that the cap pushed out since the state was last empty
     */
    public record State(List<Probe> probes, long forgotten, Episode vertical, Episode horizontal) {
        static final State EMPTY = new State(List.of(), 0, Episode.NONE, Episode.NONE);
    }

    public PortScan() {
        this(Settings.DEFAULTS);
    }

    @Override
    public Class<FlowContact> featureType() {
        return FlowContact.class;
    }

    @Override
    public Class<State> stateType() {
        return State.class;
    }

    @Override
    public Optional<FlowContact> feature(DecodedEvent event) {
        return FlowContact.of(event).filter(PortScan::counts);
    }

    @Override
    public State empty() {
        return State.EMPTY;
    }

    @Override
    public Step<State> advance(State state, FlowContact contact) {
        State now = prune(state, contact.timeMillis() - settings.span().toMillis());
        if (!counts(contact)) {
            return new Step<>(now, List.of());
        }
        now = add(now, contact);

        List<Finding> findings = new ArrayList<>();
        long time = contact.timeMillis();
        Episode vertical = now.vertical();
        List<Probe> ports = where(now, probe -> probe.destination().equals(contact.destination()));
        if (ports.size() >= settings.ports()) {
            boolean due = vertical.dueAt(time, settings.span());
            if (due) {
                findings.add(vertical(contact, ports, now.forgotten()));
            }
            vertical = vertical.metAt(time, due);
        }
        Episode horizontal = now.horizontal();
        List<Probe> hosts = where(now, probe -> probe.failed() && probe.port() == contact.port());
        if (contact.failed() && hosts.size() >= settings.hosts()) {
            boolean due = horizontal.dueAt(time, settings.span());
            if (due) {
                findings.add(horizontal(contact, hosts, now.forgotten()));
            }
            horizontal = horizontal.metAt(time, due);
        }
        return new Step<>(new State(now.probes(), now.forgotten(), vertical, horizontal), findings);
    }

    @Override
    public long expiresAt(State state) {
        List<Probe> probes = state.probes();
        return probes.isEmpty()
                ? Long.MIN_VALUE
                : probes.get(probes.size() - 1).timeMillis() + settings.span().toMillis();
    }

    private static boolean counts(FlowContact contact) {
        return contact.failed() || contact.port() < FlowContact.EPHEMERAL_PORTS;
    }

    private static State prune(State state, long since) {
        List<Probe> kept = where(state, probe -> probe.timeMillis() >= since);
        return kept.isEmpty()
                ? State.EMPTY
                : new State(kept, state.forgotten(), state.vertical(), state.horizontal());
    }

    private static State add(State state, FlowContact contact) {
        List<Probe> probes =
                new ArrayList<>(
                        where(
                                state,
                                probe ->
                                        probe.port() != contact.port()
                                                || !probe.destination()
                                                        .equals(contact.destination())));
        long forgotten = state.forgotten();
        if (probes.size() == MAX_KEPT) {
            probes.remove(0);
            forgotten++;
        }
        probes.add(
                new Probe(
                        contact.destination(),
                        contact.port(),
                        contact.failed(),
                        contact.rejected(),
                        contact.timeMillis(),
                        contact.eventKey()));
        return new State(probes, forgotten, state.vertical(), state.horizontal());
    }

    private static List<Probe> where(State state, Predicate<Probe> wanted) {
        return state.probes().stream().filter(wanted).toList();
    }

    private Finding vertical(FlowContact contact, List<Probe> ports, long forgotten) {
        String message =
                "%s tried %d ports of %s within %s, %s%s"
                        .formatted(
                                contact.detectKey(),
                                ports.size(),
                                contact.destination(),
                                Wording.span(settings.span()),
                                outcomes(ports),
                                overflow(forgotten));
        return finding(VERTICAL_RULE, "Vertical port scan", contact, ports, message);
    }

    private Finding horizontal(FlowContact contact, List<Probe> hosts, long forgotten) {
        String message =
                "%s tried port %d of %d hosts within %s, %s%s"
                        .formatted(
                                contact.detectKey(),
                                contact.port(),
                                hosts.size(),
                                Wording.span(settings.span()),
                                outcomes(hosts),
                                overflow(forgotten));
        return finding(HORIZONTAL_RULE, "Horizontal port scan", contact, hosts, message);
    }

    private static String outcomes(List<Probe> probes) {
        long rejected = probes.stream().filter(Probe::rejected).count();
        long failed = probes.stream().filter(Probe::failed).count();
        return "%d rejected, %d unanswered".formatted(rejected, failed - rejected);
    }

    private static String overflow(long forgotten) {
        return forgotten == 0
                ? ""
                : " (it tried more than the %d that are kept)".formatted(MAX_KEPT);
    }

    private static Finding finding(
            String ruleId, String title, FlowContact last, List<Probe> probes, String message) {
        Probe first = probes.get(0);
        return new Finding(
                FindingIds.ofWindow(ruleId, last.detectKey(), first.timeMillis(), first.eventKey()),
                Instant.ofEpochMilli(last.timeMillis()),
                ruleId,
                title,
                VERSION,
                Wording.AUTHOR,
                Severity.MEDIUM,
                "ip",
                last.detectKey(),
                last.account(),
                last.region(),
                List.of("T1046"),
                Wording.evidence(probes.stream().map(Probe::eventKey).toList()),
                Instant.ofEpochMilli(first.timeMillis()),
                Instant.ofEpochMilli(last.timeMillis()),
                probes.size(),
                message);
    }
}
