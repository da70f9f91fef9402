package io.trailwatch.pipeline.rules;

import io.trailwatch.connector.iceberg.EmulatorCredentials;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Objects in a bucket of S3. A location is a prefix up to a slash, or the key of one object. A
 * prefix without objects is a location where nothing is: so no one empties it by mistake, and the
 * rules in force stay.
 */
final class S3FolderFiles implements FolderFiles {
    private final RuleLocation location;
    private @Nullable S3Client client;

    S3FolderFiles(RuleLocation location) {
        this.location = location;
    }

    private S3Client client() {
        if (client == null) {
            S3ClientBuilder builder =
                    S3Client.builder()
                            .httpClientBuilder(UrlConnectionHttpClient.builder())
                            // The bucket of the rules may be in another region than the job.
                            .crossRegionAccessEnabled(location.s3Endpoint() == null);
            if (location.s3Region() != null) {
                builder.region(Region.of(location.s3Region()));
            }
            if (location.s3Endpoint() != null) {
                builder.endpointOverride(URI.create(location.s3Endpoint()));
            }
            if (location.s3PathStyle()) {
                builder.forcePathStyle(true);
            }
            if (location.s3Emulated()) {
                builder.credentialsProvider(EmulatorCredentials.create());
            }
            client = builder.build();
        }
        return client;
    }

    @Override
    public void list(Visitor visitor) throws IOException {
        String key = location.key();
        boolean found = false;
        try {
            // The objects of rules-old/ are not looked at on the way to those of rules/.
            boolean mayBeFile = key.isEmpty() || key.endsWith(".yml") || key.endsWith(".yaml");
            ListObjectsV2Request request =
                    ListObjectsV2Request.builder()
                            .bucket(location.bucket())
                            .prefix(mayBeFile ? key : key + "/")
                            .build();
            for (S3Object object : client().listObjectsV2Paginator(request).contents()) {
                visitor.entry();
                String name = name(key, object.key());
                // Keys that end with a slash are folders that someone's console made.
                if (name == null || name.endsWith("/")) {
                    continue;
                }
                found = true;
                if (!name.startsWith(".") && !name.contains("/.")) {
                    visitor.file(
                            new File(
                                    name,
                                    object.size(),
                                    object.lastModified().toEpochMilli(),
                                    () -> open(object.key())));
                }
            }
        } catch (SdkException e) {
            throw new IOException(e.getMessage(), e);
        }
        if (!found) {
            throw new FileNotFoundException("no objects there");
        }
    }

    /** Name below the location; null when the prefix ends within a name of the key. */
    private static @Nullable String name(String location, String key) {
        if (location.isEmpty()) {
            return key;
        }
        if (key.equals(location)) {
            return key.substring(key.lastIndexOf('/') + 1);
        }
        return key.startsWith(location + "/") ? key.substring(location.length() + 1) : null;
    }

    private InputStream open(String key) throws IOException {
        try {
            return client().getObject(request -> request.bucket(location.bucket()).key(key));
        } catch (NoSuchKeyException e) {
            throw new FileNotFoundException(e.getMessage());
        } catch (SdkException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
    }
}
