package io.trailwatch.connector.alerts;

import io.trailwatch.finding.Finding;
import java.net.URI;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.AsyncSinkBase;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends every finding it is given to one target, at least once. A target of a job has its own sink,
 * so that one that is down holds up no other before its buffer is full.
 */
public final class AlertSink extends AsyncSinkBase<Finding, AlertRequest> {
    private static final long serialVersionUID = 1L;

    private final AlertTarget target;
    private final @Nullable URI endpoint;
    private final @Nullable String webhookSecretVariable;
    private final Backoff backoff;

    AlertSink(
            AlertTarget target,
            @Nullable URI endpoint,
            @Nullable String webhookSecretVariable,
            Backoff backoff) {
        super(
                (finding, context) -> AlertBody.of(finding),
                1,
                AlertClient.MAX_CALLS,
                AlertWriter.MAX_WAITING_COUNT,
                AlertBody.MAX_MESSAGE_BYTES,
                1,
                AlertBody.MAX_MESSAGE_BYTES);
        this.target = target;
        this.endpoint = endpoint;
        this.webhookSecretVariable = webhookSecretVariable;
        this.backoff = backoff;
    }

    /**
     * A sink into one of the targets of the settings. It does not filter: see {@link
     * AlertSettings#isSent}.
     */
    public static AlertSink of(AlertTarget target, AlertSettings settings) {
        return new AlertSink(
                target, settings.endpoint(), settings.webhookSecretVariable(), Backoff.DEFAULT);
    }

    @Override
    public StatefulSinkWriter<Finding, BufferedRequestState<AlertRequest>> createWriter(
            WriterInitContext context) {
        return restoreWriter(context, List.of());
    }

    @Override
    public StatefulSinkWriter<Finding, BufferedRequestState<AlertRequest>> restoreWriter(
            WriterInitContext context, Collection<BufferedRequestState<AlertRequest>> state) {
        return new AlertWriter(target, getElementConverter(), client(), backoff, context, state);
    }

    @Override
    public SimpleVersionedSerializer<BufferedRequestState<AlertRequest>>
            getWriterStateSerializer() {
        return new AlertRequestSerializer();
    }

    private AlertClient client() {
        return switch (target.kind()) {
            case SNS -> AwsClient.sns(target, endpoint, AlertClient.CALL_TIMEOUT);
            case SQS -> AwsClient.sqs(target, endpoint, AlertClient.CALL_TIMEOUT);
            case WEBHOOK ->
                    new WebhookClient(
                            target,
                            webhookSecretVariable == null
                                    ? null
                                    : WebhookSignature.fromVariable(
                                            webhookSecretVariable, target, System::getenv),
                            AlertClient.CALL_TIMEOUT,
                            Clock.systemUTC());
        };
    }
}
