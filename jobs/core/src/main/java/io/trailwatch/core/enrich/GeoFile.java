package io.trailwatch.core.enrich;

import com.maxmind.db.MaxMindDbConstructor;
import com.maxmind.db.MaxMindDbParameter;
import com.maxmind.db.Reader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One file in MaxMind DB format (specification 2.0) of type City, Country, ASN or ISP. */
final class GeoFile implements AutoCloseable {
    private final Path path;
    private final Reader reader;
    private final boolean v4Only;

    private GeoFile(Path path, Reader reader) {
        this.path = path;
        this.reader = reader;
        this.v4Only = reader.getMetadata().ipVersion() == 4;
    }

    /**
     * Opens a file; it is mapped into memory, not read.
     *
     * @throws EnrichmentException if it is missing or no such file
     */
    static GeoFile open(Path path) {
        try {
            return new GeoFile(path, new Reader(path.toFile()));
        } catch (IOException | RuntimeException e) {
            throw new EnrichmentException(
                    path,
                    Files.exists(path) ? "not a MaxMind database" : "no such MaxMind database",
                    e);
        }
    }

    /**
     * What the file says of an address.
     *
     * @throws EnrichmentException if the file is damaged where the address is looked up
     */
    Optional<Entry> find(IpAddress address) {
        if (v4Only && !address.v4()) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(reader.get(address.inetAddress(), Entry.class));
        } catch (IOException | RuntimeException e) {
            throw new EnrichmentException(path, "MaxMind database is damaged", e);
        }
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw new EnrichmentException(path, "MaxMind database cannot be closed", e);
        }
    }

    /**
     * The fields read, all others are skipped; which are present depends on the file's type. Public
     * as the reader makes it by reflection.
     */
    public record Entry(
            @Nullable Country country,
            @Nullable City city,
            @Nullable Long asn,
            @Nullable String asOrg) {
        @MaxMindDbConstructor
        public Entry(
                @MaxMindDbParameter(name = "country") @Nullable Country country,
                @MaxMindDbParameter(name = "city") @Nullable City city,
                @MaxMindDbParameter(name = "autonomous_system_number") @Nullable Long asn,
                @MaxMindDbParameter(name = "autonomous_system_organization")
                        @Nullable String asOrg) {
            this.country = country;
            this.city = city;
            this.asn = asn;
            this.asOrg = asOrg;
        }

        @Nullable String countryIso() {
            return country == null ? null : country.isoCode();
        }

        @Nullable String cityName() {
            return city == null || city.names() == null ? null : city.names().english();
        }
    }

    public record Country(@Nullable String isoCode) {
        @MaxMindDbConstructor
        public Country(@MaxMindDbParameter(name = "iso_code") @Nullable String isoCode) {
            this.isoCode = isoCode;
        }
    }

    public record City(@Nullable Names names) {
        @MaxMindDbConstructor
        public City(@MaxMindDbParameter(name = "names") @Nullable Names names) {
            this.names = names;
        }
    }

    public record Names(@Nullable String english) {
        @MaxMindDbConstructor
        public Names(@MaxMindDbParameter(name = "en") @Nullable String english) {
            this.english = english;
        }
    }
}
