package io.trailwatch.connector.iceberg.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.connector.iceberg.LakeException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** The calls that Iceberg's S3FileIO makes, by the client it makes them with. */
class S3EmulatorTest {
    private static final int PART_BYTES = 5 * 1024 * 1024;

    @TempDir private Path folder;

    private S3Emulator emulator;
    private S3Client s3;

    @BeforeEach
    void start() {
        emulator = S3Emulator.inMemory(0);
        emulator.createBucket("lake");
        s3 = client(emulator);
    }

    @AfterEach
    void stop() {
        s3.close();
        emulator.close();
    }

    private static S3Client client(S3Emulator emulator) {
        return S3Client.builder()
                .endpointOverride(URI.create(emulator.url()))
                .forcePathStyle(true)
                .region(Region.EU_WEST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "any")))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    private static void put(S3Client s3, String key, String text) {
        s3.putObject(put -> put.bucket("lake").key(key), RequestBody.fromString(text));
    }

    private static String read(S3Client s3, String key) {
        return s3.getObjectAsBytes(get -> get.bucket("lake").key(key)).asUtf8String();
    }

    private CompletedPart part(String upload, int number, byte[] bytes) {
        UploadPartResponse answer =
                s3.uploadPart(
                        part ->
                                part.bucket("lake")
                                        .key("data/big.parquet")
                                        .uploadId(upload)
                                        .partNumber(number),
                        RequestBody.fromBytes(bytes));
        return CompletedPart.builder().partNumber(number).eTag(answer.eTag()).build();
    }

    @Test
    void joinsThePartsOfAnUploadAndServesRangesOfThem() {
        byte[] first = new byte[PART_BYTES];
        Arrays.fill(first, (byte) 'a');
        byte[] second = "the end".getBytes(StandardCharsets.UTF_8);
        String upload =
                s3.createMultipartUpload(create -> create.bucket("lake").key("data/big.parquet"))
                        .uploadId();
        List<CompletedPart> parts = List.of(part(upload, 1, first), part(upload, 2, second));
        assertThat(emulator.objects("lake", "data/")).isEmpty();

        s3.completeMultipartUpload(
                complete ->
                        complete.bucket("lake")
                                .key("data/big.parquet")
                                .uploadId(upload)
                                .multipartUpload(all -> all.parts(parts)));

        assertThat(emulator.objects("lake", "data/"))
                .containsExactly(Map.entry("data/big.parquet", PART_BYTES + 7L));
        assertThat(
                        s3.getObjectAsBytes(
                                        get ->
                                                get.bucket("lake")
                                                        .key("data/big.parquet")
                                                        .range("bytes=" + (PART_BYTES - 2) + "-"))
                                .asUtf8String())
                .isEqualTo("aathe end");
    }

    @Test
    void listsByPrefixInPagesAndDeletesInBatches() {
        List<String> keys = IntStream.range(0, 25).mapToObj("data/file-%02d"::formatted).toList();
        keys.forEach(key -> put(s3, key, key));
        put(s3, "metadata/v1.json", "{}");

        assertThat(
                        s3.listObjectsV2Paginator(
                                        list -> list.bucket("lake").prefix("data/").maxKeys(10))
                                .contents())
                .extracting(object -> object.key())
                .containsExactlyElementsOf(keys);
        List<ObjectIdentifier> doomed =
                keys.stream().map(key -> ObjectIdentifier.builder().key(key).build()).toList();
        s3.deleteObjects(delete -> delete.bucket("lake").delete(all -> all.objects(doomed)));
        assertThat(emulator.objects("lake", "")).containsOnlyKeys("metadata/v1.json");
    }

    @Test
    void saysThatAnObjectIsAbsent() {
        assertThatThrownBy(() -> read(s3, "nothing")).isInstanceOf(NoSuchKeyException.class);
        assertThatThrownBy(() -> s3.headObject(head -> head.bucket("lake").key("nothing")))
                .isInstanceOf(NoSuchKeyException.class);
    }

    @Test
    void findsInItsFolderWhatItKeptThereBefore() {
        try (S3Emulator before = S3Emulator.inFolder(folder, 0);
                S3Client client = client(before)) {
            before.createBucket("lake");
            put(client, "data/kept", "kept");
        }
        try (S3Emulator after = S3Emulator.inFolder(folder, 0);
                S3Client client = client(after)) {
            after.createBucket("lake");
            assertThat(read(client, "data/kept")).isEqualTo("kept");
        }
    }

    @Test
    void saysWhichPortIsTaken() {
        int taken = URI.create(emulator.url()).getPort();
        assertThatThrownBy(() -> S3Emulator.inMemory(taken))
                .isInstanceOf(LakeException.class)
                .hasMessageContaining(":" + taken);
    }
}
