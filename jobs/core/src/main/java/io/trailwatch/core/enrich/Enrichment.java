package io.trailwatch.core.enrich;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Snapshot of the address files a run was given; none is fine too. The files must stay unchanged
 * while it is open. Threads may share it.
 */
public final class Enrichment implements AutoCloseable {
    /** Addresses whose context is remembered; the one not asked for longest goes first. */
    static final int CACHED_ADDRESSES = 10_000;

    private final List<GeoFile> geoFiles;
    private final List<ThreatList> threatLists;
    private final Map<String, IpContext> cache = new RecentlyUsed();

    private Enrichment(List<GeoFile> geoFiles, List<ThreatList> threatLists) {
        this.geoFiles = List.copyOf(geoFiles);
        this.threatLists = List.copyOf(threatLists);
    }

    /** Knows nothing of any address. */
    public static Enrichment none() {
        return new Enrichment(List.of(), List.of());
    }

    /**
     * Opens the files.
     *
     * @param geoip MaxMind databases of type City, Country, ASN or ISP; where two know the same
     *     field, the earlier one is believed
     * @param intel threat lists: an address or CIDR block a line, {@code #} begins a comment
     * @throws EnrichmentException if a file is missing or damaged
     */
    public static Enrichment load(List<Path> geoip, List<Path> intel) {
        List<ThreatList> threatLists = intel.stream().map(ThreatList::read).toList();
        List<GeoFile> geoFiles = new ArrayList<>();
        try {
            for (Path path : geoip) {
                geoFiles.add(GeoFile.open(path));
            }
        } catch (EnrichmentException e) {
            geoFiles.forEach(GeoFile::close);
            throw e;
        }
        return new Enrichment(geoFiles, threatLists);
    }

    /**
     * What is known of an address as a log writes it. {@link IpContext#EMPTY} for what is no
     * address, such as the name of a service; no name server is asked.
     *
     * @throws EnrichmentException if a file turns out damaged
     */
    public IpContext context(@Nullable String address) {
        if (address == null || (geoFiles.isEmpty() && threatLists.isEmpty())) {
            return IpContext.EMPTY;
        }
        synchronized (cache) {
            IpContext known = cache.get(address);
            if (known != null) {
                return known;
            }
        }
        IpContext found = IpAddress.parse(address).map(this::lookUp).orElse(null);
        if (found == null) {
            // Names are not remembered: they would push out addresses, and are cheap to refuse.
            return IpContext.EMPTY;
        }
        synchronized (cache) {
            cache.put(address, found);
        }
        return found;
    }

    /** Different addresses and blocks in all threat lists. */
    public int intelEntries() {
        return threatLists.stream().mapToInt(ThreatList::entries).sum();
    }

    /** Lines of the threat lists that could not be read. */
    public int intelProblemCount() {
        return threatLists.stream().mapToInt(ThreatList::problemCount).sum();
    }

    /** The first such lines, at most 100 per list. */
    public List<IntelProblem> intelProblems() {
        return threatLists.stream().flatMap(list -> list.problems().stream()).toList();
    }

    @Override
    public void close() {
        geoFiles.forEach(GeoFile::close);
    }

    private IpContext lookUp(IpAddress address) {
        String countryIso = null;
        String city = null;
        Long asn = null;
        String asOrg = null;
        for (GeoFile file : geoFiles) {
            GeoFile.Entry entry = file.find(address).orElse(null);
            if (entry != null) {
                countryIso = countryIso == null ? entry.countryIso() : countryIso;
                city = city == null ? entry.cityName() : city;
                asn = asn == null ? entry.asn() : asn;
                asOrg = asOrg == null ? entry.asOrg() : asOrg;
            }
        }
        List<String> lists =
                threatLists.stream()
                        .filter(list -> list.contains(address))
                        .map(ThreatList::name)
                        .distinct()
                        .sorted()
                        .toList();
        IpContext found = new IpContext(countryIso, city, asn, asOrg, lists);
        return found.equals(IpContext.EMPTY) ? IpContext.EMPTY : found;
    }

    private static final class RecentlyUsed extends LinkedHashMap<String, IpContext> {
        private static final long serialVersionUID = 1L;

        RecentlyUsed() {
            super(256, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, IpContext> eldest) {
            return size() > CACHED_ADDRESSES;
        }
    }
}
