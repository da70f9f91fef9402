package io.trailwatch.connector.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.trailwatch.connector.registry.Decoding.Rejected;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;

/** Random records, and valid ones with bits flipped, parts cut out and numbers spliced in. */
class MutatedRecordTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final int MAX_INFLATED_BYTES = 64 << 10;
    private static final int MAX_VALUES = 5_000;

    // The inflated payload twice while its buffer grows, an Avro value of at most a hundred bytes
    // for each of the values, and what the JVM and a rejection take besides.
    private static final long MAX_ALLOCATED_BYTES =
            4L * MAX_INFLATED_BYTES + 100L * MAX_VALUES + (512 << 10);

    /** One field of every kind, a type within itself, and a field that the reader skips. */
    private static final Schema WIDE =
            new Schema.Parser()
                    .parse(
                            """
                            {"type":"record","name":"Wide","fields":[
                              {"name":"skipped","type":{"type":"array","items":{"type":"map","values":"bytes"}}},
                              {"name":"flag","type":"boolean"},
                              {"name":"count","type":"int"},
                              {"name":"ratio","type":"double"},
                              {"name":"small","type":"float"},
                              {"name":"kind","type":{"type":"enum","name":"Kind","symbols":["A","B"]}},
                              {"name":"hash","type":{"type":"fixed","name":"Hash","size":4}},
                              {"name":"names","type":{"type":"array","items":"string"}},
                              {"name":"child","type":["null","Wide"],"default":null}]}\
                            """);

    private static final Schema NARROW =
            new Schema.Parser()
                    .parse(
                            WIDE.toString()
                                    .replaceFirst("\\{\"name\":\"skipped\".*?\\}\\}\\},", ""));

    // Shared by all tries: what parsing a schema allocates is not what a record does.
    private static final FakeVersions REGISTRY = new FakeVersions();
    private static final UUID APP_EVENT = REGISTRY.add(AppEvents.SCHEMA);
    private static final UUID WIDE_ID = REGISTRY.add(WIDE);
    private static final UUID JSON =
            REGISTRY.add(
                    DataFormat.JSON,
                    """
                    {"type":"object","required":["user"],
                     "properties":{"user":{"type":"string","pattern":"^[a-z]+$"},
                                   "tags":{"type":"array","uniqueItems":true,
                                           "items":{"type":["string","number"]}},
                                   "n":{"type":"number","multipleOf":0.25}}}\
                    """);
    private static final List<byte[]> VALID = valid();
    private static final RegistryDecoder PLAIN = decoder(null);
    private static final RegistryDecoder RESOLVING = decoder(NARROW);

    static {
        for (byte[] record : VALID) {
            PLAIN.decode(record);
            RESOLVING.decode(record);
        }
    }

    private static RegistryDecoder decoder(Schema reader) {
        PayloadLimits limits =
                PayloadLimits.DEFAULT
                        .withMaxInflatedBytes(MAX_INFLATED_BYTES)
                        .withMaxInflateRatio(250, MAX_INFLATED_BYTES / 2)
                        .withMaxValues(MAX_VALUES)
                        .withMaxPatternSteps(100_000);
        DecoderSettings settings = DecoderSettings.DEFAULT.withLimits(limits);
        return new RegistryDecoder(
                REGISTRY,
                reader == null ? settings : settings.withReaderSchema(reader),
                new ManualWaiting());
    }

    private static List<byte[]> valid() {
        List<byte[]> records = new ArrayList<>();
        for (Compression compression : Compression.values()) {
            records.add(RegistryEncoder.avro(APP_EVENT, compression, AppEvents.signIn()));
            records.add(RegistryEncoder.avro(WIDE_ID, compression, wide(3)));
            records.add(
                    RegistryEncoder.frame(
                            JSON,
                            compression,
                            "{\"user\":\"kim\",\"tags\":[\"a\",1,2.5e3],\"n\":0.75}"
                                    .getBytes(StandardCharsets.UTF_8)));
        }
        return records;
    }

    private static GenericRecord wide(int depth) {
        return new GenericRecordBuilder(WIDE)
                .set("skipped", List.of(Map.of("k", ByteBuffer.allocate(3))))
                .set("flag", true)
                .set("count", -70)
                .set("ratio", 0.5)
                .set("small", 0.25f)
                .set("kind", new GenericData.EnumSymbol(WIDE.getField("kind").schema(), "B"))
                .set("hash", new GenericData.Fixed(WIDE.getField("hash").schema(), new byte[4]))
                .set("names", List.of("a", "Zoë"))
                .set("child", depth == 0 ? null : wide(depth - 1))
                .build();
    }

    @Property(tries = 20)
    void theValidOnesDecode(@ForAll @IntRange(max = 5) int index) {
        AppEvents.decoded(PLAIN.decode(VALID.get(index)));
        if (index % 3 == 1) {
            assertThat(
                            AppEvents.decoded(RESOLVING.decode(VALID.get(index)))
                                    .avroRecord()
                                    .orElseThrow()
                                    .hasField("skipped"))
                    .isFalse();
        }
    }

    @Property(tries = 2_000)
    void randomRecordsAreRejectedByName(@ForAll @Size(max = 200) byte[] record) {
        boundedAndNamed(record);
    }

    @Property(tries = 3_000)
    void randomPayloadsOfKnownVersionsDecodeOrAreRejectedByName(
            @ForAll @IntRange(max = 2) int version,
            @ForAll Compression compression,
            @ForAll @Size(max = 300) byte[] payload) {
        UUID id = List.of(APP_EVENT, WIDE_ID, JSON).get(version);

        boundedAndNamed(RegistryEncoder.frame(id, compression, payload));
    }

    @Property(tries = 10_000)
    void mutatedRecordsDecodeOrAreRejectedByName(
            @ForAll @IntRange(max = 5) int index,
            @ForAll @IntRange(min = 1, max = 6) int mutations,
            @ForAll long seed) {
        Random random = new Random(seed);
        byte[] record = VALID.get(index);
        for (int i = 0; i < mutations; i++) {
            record = mutate(record, random);
        }

        boundedAndNamed(record);
    }

    private static void boundedAndNamed(byte[] record) {
        for (RegistryDecoder decoder : List.of(PLAIN, RESOLVING)) {
            byte[] before = record.clone();
            long allocated = THREADS.getCurrentThreadAllocatedBytes();

            Decoding decoding = decoder.decode(record);

            assertThat(THREADS.getCurrentThreadAllocatedBytes() - allocated)
                    .as("bytes allocated for a record of %d", record.length)
                    .isLessThan(MAX_ALLOCATED_BYTES);
            assertThat(record).isEqualTo(before);
            if (decoding instanceof Rejected rejected) {
                assertThat(rejected.reason().fault())
                        .as(rejected.detail())
                        .isEqualTo(RejectionReason.Fault.SENDER);
                assertThat(rejected.detail()).isNotBlank().doesNotContainPattern("\\p{Cntrl}");
            }
        }
    }

    private static byte[] mutate(byte[] record, Random random) {
        // Mostly behind the header, or hardly anything would get past it.
        int header = random.nextInt(10) == 0 ? 0 : WireFormat.HEADER_BYTES;
        if (record.length <= header) {
            return record;
        }
        byte[] mutated = record.clone();
        int at = header + random.nextInt(record.length - header);
        switch (random.nextInt(5)) {
            case 0 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> mutated[at] = (byte) random.nextInt(256);
            case 2 -> mutated = Arrays.copyOf(record, at);
            case 3 -> mutated = splice(record, at, new byte[random.nextInt(4)]);
            default -> mutated = splice(record, at, number(random));
        }
        return mutated;
    }

    /** A long as Avro writes it: the lengths and counts that matter are such. */
    private static byte[] number(Random random) {
        long value = random.nextLong() >> random.nextInt(64);
        byte[] bytes = new byte[10];
        int size = 0;
        while ((value & ~0x7FL) != 0) {
            bytes[size++] = (byte) (value & 0x7F | 0x80);
            value >>>= 7;
        }
        bytes[size++] = (byte) value;
        return Arrays.copyOf(bytes, size);
    }

    private static byte[] splice(byte[] record, int at, byte[] inserted) {
        byte[] spliced = new byte[record.length + inserted.length];
        System.arraycopy(record, 0, spliced, 0, at);
        System.arraycopy(inserted, 0, spliced, at, inserted.length);
        System.arraycopy(record, at, spliced, at + inserted.length, record.length - at);
        return spliced;
    }
}
