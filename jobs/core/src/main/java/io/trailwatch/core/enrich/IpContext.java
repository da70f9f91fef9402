package io.trailwatch.core.enrich;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the loaded files say of an address.
 *
 * @param countryIso ISO 3166-1 alpha-2 code, such as {@code SE}
 * @param city English name
 * @param asn number of the autonomous system
 * @param asOrg organisation the autonomous system is registered to
 * @param threatLists names of the threat lists that hold the address, sorted
 */
public record IpContext(
        @Nullable String countryIso,
        @Nullable String city,
        @Nullable Long asn,
        @Nullable String asOrg,
        List<String> threatLists) {
    /** Nothing is known. */
    public static final IpContext EMPTY = new IpContext(null, null, null, null, List.of());

    public IpContext {
        threatLists = List.copyOf(threatLists);
    }
}
