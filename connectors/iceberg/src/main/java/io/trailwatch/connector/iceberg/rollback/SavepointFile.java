package io.trailwatch.connector.iceberg.rollback;

import io.trailwatch.connector.iceberg.LakeException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a savepoint, or a checkpoint that was kept, tells of itself.
 *
 * @param checkpoint its id
 * @param jobPrefix beginning of the id of the job that took it; null when its folder does not tell
 */
public record SavepointFile(long checkpoint, @Nullable String jobPrefix) {
    /** Name of the file within the folder of a savepoint. */
    public static final String METADATA = "_metadata";

    // Flink's Checkpoints.HEADER_MAGIC_NUMBER; the id stands behind the version in 2 to 6, which
    // MetadataV2V3SerializerBase writes. Only that much is read: what follows from 4 on is a
    // serialized Java object.
    private static final int MAGIC = 0x4960672d;
    private static final int OLDEST_VERSION = 2;
    private static final int NEWEST_VERSION = 6;

    // As AbstractFsCheckpointStorageAccess names folders.
    private static final Pattern SAVEPOINT = Pattern.compile("savepoint-([0-9a-f]{6})-[0-9a-f]+");
    private static final Pattern CHECKPOINT = Pattern.compile("([0-9a-f]{32})/chk-[0-9]+");

    /**
     * Reads the head of a {@code _metadata} file.
     *
     * @param location of the file or its folder, whose name tells the job
     * @throws LakeException if it is none of a version known
     */
    public static SavepointFile read(InputStream metadata, String location) throws IOException {
        DataInputStream in = new DataInputStream(metadata);
        try {
            if (in.readInt() != MAGIC) {
                throw new LakeException(location + " is no savepoint");
            }
            int version = in.readInt();
            if (version < OLDEST_VERSION || version > NEWEST_VERSION) {
                throw new LakeException(
                        "%s is a savepoint of format version %d, can read %d to %d"
                                .formatted(location, version, OLDEST_VERSION, NEWEST_VERSION));
            }
            return new SavepointFile(in.readLong(), jobPrefix(location));
        } catch (EOFException e) {
            throw new LakeException(
                    location + " is no savepoint: it ends after its first bytes", e);
        }
    }

    private static @Nullable String jobPrefix(String location) {
        String folder = folder(location);
        Matcher savepoint = SAVEPOINT.matcher(folder.substring(folder.lastIndexOf('/') + 1));
        if (savepoint.matches()) {
            return savepoint.group(1);
        }
        int end = folder.lastIndexOf('/');
        Matcher checkpoint =
                CHECKPOINT.matcher(folder.substring(folder.lastIndexOf('/', end - 1) + 1));
        return checkpoint.matches() ? checkpoint.group(1) : null;
    }

    /** The location without slashes at its end and without the name of the file. */
    public static String folder(String location) {
        String folder = location.replaceAll("/+$", "");
        return folder.endsWith("/" + METADATA)
                ? folder.substring(0, folder.length() - METADATA.length() - 1)
                : folder;
    }
}
