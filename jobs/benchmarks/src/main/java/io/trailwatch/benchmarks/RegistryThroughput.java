package io.trailwatch.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.amazonaws.services.schemaregistry.common.AWSDeserializerInput;
import com.amazonaws.services.schemaregistry.common.configs.GlueSchemaRegistryConfiguration;
import com.amazonaws.services.schemaregistry.deserializers.GlueSchemaRegistryDeserializationFacade;
import com.amazonaws.services.schemaregistry.utils.AWSSchemaRegistryConstants;
import com.amazonaws.services.schemaregistry.utils.AvroRecordType;
import io.trailwatch.connector.registry.Compression;
import io.trailwatch.connector.registry.DecoderSettings;
import io.trailwatch.connector.registry.Decoding.Decoded;
import io.trailwatch.connector.registry.GlueConnection;
import io.trailwatch.connector.registry.GlueSchemaVersions;
import io.trailwatch.connector.registry.RegistryDecoder;
import io.trailwatch.connector.registry.RegistryEncoder;
import io.trailwatch.connector.registry.RetryPolicy;
import io.trailwatch.connector.registry.SchemaRegistration;
import io.trailwatch.connector.registry.local.RegistryEmulator;
import io.trailwatch.core.decode.AppEventAvro;
import io.trailwatch.core.decode.AvroJson;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.glue.GlueClient;

/**
 * Events a second from framed Avro records to Avro's generic records, on one thread: our decoder
 * and the official library, on the same records and the same registry, by turns.
 */
final class RegistryThroughput {
    private static final int ROUNDS = 7;
    private static final int WARM_UP_ROUNDS = 2;
    private static final String REGION = "us-east-1";
    private static final String[] TYPES = {"auth.sign_in", "media.play", "cart.add", "post.like"};

    /** What the loop makes is looked at, so that it is made. */
    private static long seen;

    private RegistryThroughput() {}

    public static void main(String[] args) throws Exception {
        int events = args.length == 0 ? 200_000 : Integer.parseInt(args[0]);
        try (RegistryEmulator registry = RegistryEmulator.start(0)) {
            GlueConnection connection = new GlueConnection(REGION, registry.url());
            UUID version;
            try (GlueClient client = connection.open()) {
                version =
                        new SchemaRegistration(client, RetryPolicy.DEFAULT, Duration.ofMinutes(1))
                                .register(
                                        RegistryEmulator.REGISTRY,
                                        "app_event",
                                        AppEventAvro.SCHEMA);
            }
            for (Compression compression : Compression.values()) {
                List<byte[]> records = records(events, version, compression);
                try (RegistryDecoder decoder =
                                new RegistryDecoder(
                                        new GlueSchemaVersions(connection.open()),
                                        DecoderSettings.DEFAULT);
                        GlueSchemaRegistryDeserializationFacade official = official(registry)) {
                    compare(
                            compression,
                            records,
                            record -> ((Decoded) decoder.decode(record)).value(),
                            record ->
                                    official.deserialize(
                                            AWSDeserializerInput.builder()
                                                    .buffer(ByteBuffer.wrap(record))
                                                    .transportName("stream")
                                                    .build()));
                }
            }
        }
        if (seen == 0) {
            throw new IllegalStateException("nothing was decoded");
        }
    }

    private static void compare(
            Compression compression,
            List<byte[]> records,
            Function<byte[], @Nullable Object> ours,
            Function<byte[], @Nullable Object> theirs) {
        for (byte[] record : records.subList(0, Math.min(1_000, records.size()))) {
            String one = json(ours.apply(record));
            String other = json(theirs.apply(record));
            if (!one.equals(other)) {
                throw new IllegalStateException("decoded %s and %s".formatted(one, other));
            }
        }
        double[] our = new double[ROUNDS];
        double[] their = new double[ROUNDS];
        for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
            boolean oursFirst = round % 2 == 0;
            double first = eventsPerSecond(records, oursFirst ? ours : theirs);
            double second = eventsPerSecond(records, oursFirst ? theirs : ours);
            if (round >= 0) {
                our[round] = oursFirst ? first : second;
                their[round] = oursFirst ? second : first;
            }
        }
        double[] ratios = new double[ROUNDS];
        Arrays.setAll(ratios, i -> our[i] / their[i]);
        long bytes = records.stream().mapToLong(record -> record.length).sum();
        System.out.printf(
                Locale.ROOT,
                "%-4s  %,d records of %,d bytes on average%n"
                        + "      ours      %s%n      official  %s%n"
                        + "      ratio     %.2f (%.2f to %.2f)%n",
                compression,
                records.size(),
                bytes / records.size(),
                rates(our),
                rates(their),
                median(ratios),
                Arrays.stream(ratios).min().orElseThrow(),
                Arrays.stream(ratios).max().orElseThrow());
    }

    /** Without the order of maps and the class of texts, which differ. */
    private static String json(@Nullable Object value) {
        return new String(AvroJson.bytes((GenericRecord) requireNonNull(value)), UTF_8);
    }

    private static double eventsPerSecond(
            List<byte[]> records, Function<byte[], @Nullable Object> decode) {
        long begin = System.nanoTime();
        for (byte[] record : records) {
            Object value = decode.apply(record);
            seen += value instanceof GenericRecord event && event.get("event_id") != null ? 1 : 0;
        }
        return records.size() / ((System.nanoTime() - begin) / 1e9);
    }

    private static String rates(double[] rates) {
        return String.format(
                Locale.ROOT,
                "%,11.0f events/s (%,.0f to %,.0f)",
                median(rates),
                Arrays.stream(rates).min().orElseThrow(),
                Arrays.stream(rates).max().orElseThrow());
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static List<byte[]> records(int count, UUID version, Compression compression) {
        Random random = new Random(7);
        List<byte[]> records = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] id = new byte[16];
            random.nextBytes(id);
            Map<String, String> attributes = new TreeMap<>();
            for (int a = random.nextInt(5); a >= 0; a--) {
                attributes.put("attribute_" + a, "value-" + random.nextInt(10_000));
            }
            records.add(
                    RegistryEncoder.avro(
                            version,
                            compression,
                            new GenericRecordBuilder(AppEventAvro.SCHEMA)
                                    .set("event_id", HexFormat.of().formatHex(id))
                                    .set("time", 1_795_161_600_000_000L + i * 1_000L)
                                    .set("type", TYPES[random.nextInt(TYPES.length)])
                                    .set("user", "user-" + random.nextInt(5_000))
                                    .set("session", "s-" + random.nextInt(50_000))
                                    .set("source_ip", "203.0.113." + random.nextInt(256))
                                    .set(
                                            "user_agent",
                                            "Mozilla/5.0 (X11; Linux x86_64) shop/1."
                                                    + random.nextInt(20))
                                    .set("outcome", random.nextInt(10) == 0 ? "failure" : "success")
                                    .set("attributes", attributes)
                                    .build()));
        }
        return records;
    }

    private static GlueSchemaRegistryDeserializationFacade official(RegistryEmulator registry) {
        return new GlueSchemaRegistryDeserializationFacade(
                new GlueSchemaRegistryConfiguration(
                        Map.of(
                                AWSSchemaRegistryConstants.AWS_REGION,
                                REGION,
                                AWSSchemaRegistryConstants.AWS_ENDPOINT,
                                registry.url().toString(),
                                AWSSchemaRegistryConstants.AVRO_RECORD_TYPE,
                                AvroRecordType.GENERIC_RECORD.getName())),
                StaticCredentialsProvider.create(
                        AwsBasicCredentials.create("emulator", "emulator")));
    }
}
