package io.trailwatch.connector.iceberg.local;

import io.trailwatch.connector.iceberg.LakeException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/**
 * S3's API on loopback: buckets and objects, ranges, multipart uploads, listings and batch deletes,
 * for clients in path style. Any credentials are taken and no signature is looked at.
 *
 * <p>The server is S3Proxy; this class tells it where to keep its objects.
 */
public final class S3Emulator implements AutoCloseable {
    private static final String ADDRESS = "127.0.0.1";

    private final BlobStore objects;
    private final S3Proxy server;

    private S3Emulator(BlobStore objects, int port) {
        this.objects = objects;
        this.server =
                S3Proxy.builder()
                        .blobStore(objects)
                        .endpoint(URI.create("http://%s:%d".formatted(ADDRESS, port)))
                        .awsAuthentication(AuthenticationType.NONE, "", "")
                        // Clients send headers of newer versions of the API than the server's.
                        .ignoreUnknownHeaders(true)
                        .build();
        try {
            server.start();
        } catch (Exception e) {
            throw new LakeException("cannot start S3 at %s:%d".formatted(ADDRESS, port), e);
        }
    }

    /**
     * Starts a server whose objects live in this JVM's heap.
     *
     * @param port 0 takes a free one
     * @throws LakeException if the port is taken
     */
    public static S3Emulator inMemory(int port) {
        return new S3Emulator(new TransientNio2BlobStore(), port);
    }

    /**
     * Starts a server that keeps a bucket as a folder, and an object as a file below it.
     *
     * @param folder made if it is absent
     * @param port 0 takes a free one
     * @throws LakeException if the folder cannot be made or the port is taken
     */
    public static S3Emulator inFolder(Path folder, int port) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new LakeException("cannot create folder " + folder, e);
        }
        return new S3Emulator(
                new FilesystemNio2BlobStore(folder.toAbsolutePath().toString()), port);
    }

    /** Endpoint for clients, such as {@code http://127.0.0.1:45678}. */
    public String url() {
        return "http://%s:%d".formatted(ADDRESS, server.getPort());
    }

    /** Makes a bucket if it is absent. */
    public void createBucket(String bucket) {
        if (!objects.containerExists(bucket)) {
            objects.createContainer(bucket);
        }
    }

    /** The objects whose keys start with a prefix, in the order of their keys: size in bytes. */
    public SortedMap<String, Long> objects(String bucket, String prefix) {
        SortedMap<String, Long> sizes = new TreeMap<>();
        ListObjectsV2Request request =
                ListObjectsV2Request.builder().bucket(bucket).prefix(prefix).build();
        while (true) {
            ListObjectsV2Response page = objects.list(request);
            page.contents().forEach(object -> sizes.put(object.key(), object.size()));
            String next = page.nextContinuationToken();
            if (next == null) {
                return sizes;
            }
            request = request.toBuilder().continuationToken(next).build();
        }
    }

    /** Stops the server; objects in memory are gone. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new LakeException("cannot stop S3 at " + url(), e);
        } finally {
            objects.close();
        }
    }
}
