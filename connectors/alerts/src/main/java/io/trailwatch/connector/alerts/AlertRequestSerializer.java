package io.trailwatch.connector.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriterStateSerializer;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.jspecify.annotations.Nullable;

/**
 * Alerts that wait, to bytes, big-endian.
 *
 * <p>Version 1: the frame of Flink's AsyncSinkWriterStateSerializer (-1 long, count int, and before
 * each alert its size long), and of each alert finding id, group id, severity, rule id, account,
 * subject, body, each as length int (-1 for none) and UTF-8.
 */
final class AlertRequestSerializer extends AsyncSinkWriterStateSerializer<AlertRequest> {
    private static final int VERSION = 1;
    private static final int NONE = -1;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public BufferedRequestState<AlertRequest> deserialize(int version, byte[] serialized)
            throws IOException {
        if (version != VERSION) {
            throw new IOException(
                    "alerts have state version " + version + ", readable is " + VERSION);
        }
        return super.deserialize(version, serialized);
    }

    @Override
    protected void serializeRequestToStream(AlertRequest request, DataOutputStream out)
            throws IOException {
        write(request.findingId(), out);
        write(request.groupId(), out);
        write(request.severity(), out);
        write(request.ruleId(), out);
        write(request.account(), out);
        write(request.subject(), out);
        write(request.body(), out);
    }

    @Override
    protected AlertRequest deserializeRequestFromStream(long requestSize, DataInputStream in)
            throws IOException {
        return new AlertRequest(
                read("finding id", in),
                read("group id", in),
                read("severity", in),
                read("rule id", in),
                readOrNull(in),
                read("subject", in),
                read("body", in));
    }

    private static void write(@Nullable String text, DataOutputStream out) throws IOException {
        if (text == null) {
            out.writeInt(NONE);
        } else {
            byte[] bytes = text.getBytes(UTF_8);
            out.writeInt(bytes.length);
            out.write(bytes);
        }
    }

    private static String read(String field, DataInputStream in) throws IOException {
        String text = readOrNull(in);
        if (text == null) {
            throw new IOException("an alert in state has no " + field);
        }
        return text;
    }

    private static @Nullable String readOrNull(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length == NONE) {
            return null;
        }
        if (length < 0 || length > AlertBody.MAX_MESSAGE_BYTES) {
            throw new IOException(
                    "a text of an alert in state has %d bytes, limit %d"
                            .formatted(length, AlertBody.MAX_MESSAGE_BYTES));
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return new String(bytes, UTF_8);
    }
}
