package io.trailwatch.pipeline.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.connector.iceberg.local.S3Emulator;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Rules below {@code s3://}, by the API of S3 alone. */
class S3RuleFolderTest {
    private static final String BUCKET = "rules-bucket";

    private static S3Emulator emulator;
    private static S3Client client;

    @BeforeAll
    static void start() {
        emulator = S3Emulator.inMemory(0);
        emulator.createBucket(BUCKET);
        client =
                S3Client.builder()
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .endpointOverride(URI.create(emulator.url()))
                        .forcePathStyle(true)
                        .region(Region.US_EAST_1)
                        .credentialsProvider(
                                StaticCredentialsProvider.create(
                                        AwsBasicCredentials.create("a", "b")))
                        .build();
    }

    @AfterAll
    static void stop() {
        client.close();
        emulator.close();
    }

    @AfterEach
    void empty() {
        client.listObjectsV2Paginator(request -> request.bucket(BUCKET)).contents().stream()
                .map(S3Object::key)
                .toList()
                .forEach(key -> client.deleteObject(r -> r.bucket(BUCKET).key(key)));
    }

    private static void put(String key, String text) {
        client.putObject(r -> r.bucket(BUCKET).key(key), RequestBody.fromString(text));
    }

    private static RuleFolder folder(String path) {
        return new RuleFolder(
                new RuleLocation("s3://" + BUCKET + path, "us-east-1", emulator.url(), true, true));
    }

    @Test
    void readsRuleFilesOfThePrefixWithoutHiddenOnesAndNeighbours() {
        put("rules/a.yml", "a");
        put("rules/deep/er/b.yaml", "b");
        put("rules/a.match.ndjson", "{}");
        put("rules/.hidden.yml", "no");
        put("rules/.git/c.yml", "no");
        put("rules-old/d.yml", "no");

        for (String path : new String[] {"/rules", "/rules/"}) {
            try (RuleFolder folder = folder(path)) {
                assertThat(folder.read().texts())
                        .containsOnly(Map.entry("a.yml", "a"), Map.entry("deep/er/b.yaml", "b"));
            }
        }
    }

    @Test
    void readsAWholeBucketAndOneObject() {
        put("a.yml", "a");
        put("more/b.yml", "b");

        try (RuleFolder folder = folder("")) {
            assertThat(folder.read().texts()).containsOnlyKeys("a.yml", "more/b.yml");
        }
        try (RuleFolder folder = folder("/more/b.yml")) {
            assertThat(folder.read().texts()).containsOnly(Map.entry("b.yml", "b"));
        }
    }

    @Test
    void seesWhatChangesAndWhatGoes() {
        put("rules/a.yml", "one");
        put("rules/b.yml", "b");
        try (RuleFolder folder = folder("/rules")) {
            assertThat(folder.read().texts()).containsEntry("a.yml", "one");

            put("rules/a.yml", "two");
            client.deleteObject(request -> request.bucket(BUCKET).key("rules/b.yml"));
            assertThat(folder.read().texts()).containsOnly(Map.entry("a.yml", "two"));
        }
    }

    @Test
    void readsMoreObjectsThanAPageOfTheListingHolds() {
        for (int i = 0; i < 1_005; i++) {
            put("rules/%04d.yml".formatted(i), "r");
        }
        try (RuleFolder folder = folder("/rules")) {
            assertThat(folder.read().texts()).hasSize(1_005).containsKey("1004.yml");
        }
    }

    @Test
    void aPrefixWithoutObjectsIsNotThere() {
        put("rules-old/d.yml", "no");
        try (RuleFolder folder = folder("/rules")) {
            assertThatThrownBy(folder::read)
                    .isInstanceOf(RuleFolderException.class)
                    .hasMessageContaining("s3://rules-bucket/rules: no objects there");
        }
    }

    @Test
    void aBucketThatIsNotThereIsTold() {
        RuleLocation location =
                new RuleLocation(
                        "s3://no-such-bucket/rules", "us-east-1", emulator.url(), true, true);
        try (RuleFolder folder = new RuleFolder(location)) {
            assertThatThrownBy(folder::read)
                    .isInstanceOf(RuleFolderException.class)
                    .hasMessageContaining("cannot read s3://no-such-bucket/rules");
        }
    }

    @Test
    void credentialsOfAnEmulatorNeverGoToAws() {
        assertThatThrownBy(() -> new RuleLocation("s3://bucket/rules", null, null, false, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("endpoint");
    }
}
