package io.trailwatch.connector.alerts;

import io.trailwatch.connector.alerts.AwsFailures.FailedEntry;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.PublishBatchRequestEntry;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** Batches to an SNS topic or an SQS queue; blocking calls in threads of its own. */
final class AwsClient implements AlertClient {
    /** SNS API reference, PublishBatch, and SQS API reference, SendMessageBatch. */
    private static final int MAX_BATCH_COUNT = 10;

    private final AlertTarget target;
    private final SdkAutoCloseable client;
    private final Function<List<AlertRequest>, List<FailedEntry>> call;
    private final ExecutorService threads;

    private AwsClient(
            AlertTarget target,
            SdkAutoCloseable client,
            Function<List<AlertRequest>, List<FailedEntry>> call) {
        this.target = target;
        this.client = client;
        this.call = call;
        this.threads = CallThreads.start(target);
    }

    static AwsClient sns(AlertTarget topic, @Nullable URI endpoint, Duration callTimeout) {
        SnsClient sns = build(SnsClient.builder(), topic, endpoint, callTimeout);
        return new AwsClient(topic, sns, requests -> publish(sns, topic, requests));
    }

    static AwsClient sqs(AlertTarget queue, @Nullable URI endpoint, Duration callTimeout) {
        SqsClient sqs =
                build(
                        // Its check of MD5 sums would fail under FIPS and guards nothing TLS does
                        // not.
                        SqsClient.builder().checksumValidationEnabled(false),
                        queue,
                        endpoint,
                        callTimeout);
        return new AwsClient(queue, sqs, requests -> sendMessages(sqs, queue, requests));
    }

    @Override
    public int maxBatchCount() {
        return MAX_BATCH_COUNT;
    }

    @Override
    public CompletableFuture<Delivery> send(List<AlertRequest> requests) {
        return CompletableFuture.supplyAsync(() -> sendNow(requests), threads);
    }

    private Delivery sendNow(List<AlertRequest> requests) {
        try {
            return AwsFailures.ofEntries(target, requests, call.apply(requests));
        } catch (SdkException e) {
            return AwsFailures.ofCall(target, requests, e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        client.close();
    }

    private static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C build(
            B builder, AlertTarget target, @Nullable URI endpoint, Duration callTimeout) {
        builder.region(Region.of(Objects.requireNonNull(target.region())))
                .credentialsProvider(credentials(endpoint))
                // Retries are the writer's: paced, counted, and handed to a checkpoint.
                .overrideConfiguration(
                        c ->
                                c.retryStrategy(AwsRetryStrategy.doNotRetry())
                                        .apiCallTimeout(callTimeout))
                .httpClientBuilder(
                        UrlConnectionHttpClient.builder()
                                .connectionTimeout(callTimeout)
                                .socketTimeout(callTimeout));
        if (endpoint != null) {
            builder.endpointOverride(endpoint);
        }
        return builder.build();
    }

    private static AwsCredentialsProvider credentials(@Nullable URI endpoint) {
        return endpoint != null && Loopback.isNamedBy(endpoint.getHost())
                ? StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"))
                : DefaultCredentialsProvider.builder().build();
    }

    private static List<FailedEntry> publish(
            SnsClient sns, AlertTarget topic, List<AlertRequest> requests) {
        List<PublishBatchRequestEntry> entries =
                IntStream.range(0, requests.size())
                        .mapToObj(i -> snsEntry(i, requests.get(i), topic.isFifo()))
                        .toList();
        return sns
                .publishBatch(b -> b.topicArn(topic.address()).publishBatchRequestEntries(entries))
                .failed()
                .stream()
                .map(
                        entry ->
                                new FailedEntry(
                                        Integer.parseInt(entry.id()),
                                        String.valueOf(entry.code()),
                                        Boolean.TRUE.equals(entry.senderFault()),
                                        String.valueOf(entry.message())))
                .toList();
    }

    private static PublishBatchRequestEntry snsEntry(
            int index, AlertRequest request, boolean fifo) {
        Map<String, software.amazon.awssdk.services.sns.model.MessageAttributeValue> attributes =
                new HashMap<>();
        attributes(request)
                .forEach(
                        (name, value) ->
                                attributes.put(
                                        name,
                                        software.amazon.awssdk.services.sns.model
                                                .MessageAttributeValue.builder()
                                                .dataType("String")
                                                .stringValue(value)
                                                .build()));
        var entry =
                PublishBatchRequestEntry.builder()
                        .id(Integer.toString(index))
                        .subject(request.subject())
                        .message(request.body())
                        .messageAttributes(attributes);
        if (fifo) {
            entry.messageGroupId(request.groupId()).messageDeduplicationId(request.findingId());
        }
        return entry.build();
    }

    private static List<FailedEntry> sendMessages(
            SqsClient sqs, AlertTarget queue, List<AlertRequest> requests) {
        List<SendMessageBatchRequestEntry> entries =
                IntStream.range(0, requests.size())
                        .mapToObj(i -> sqsEntry(i, requests.get(i), queue.isFifo()))
                        .toList();
        return sqs
                .sendMessageBatch(b -> b.queueUrl(queue.address()).entries(entries))
                .failed()
                .stream()
                .map(
                        entry ->
                                new FailedEntry(
                                        Integer.parseInt(entry.id()),
                                        String.valueOf(entry.code()),
                                        Boolean.TRUE.equals(entry.senderFault()),
                                        String.valueOf(entry.message())))
                .toList();
    }

    private static SendMessageBatchRequestEntry sqsEntry(
            int index, AlertRequest request, boolean fifo) {
        Map<String, software.amazon.awssdk.services.sqs.model.MessageAttributeValue> attributes =
                new HashMap<>();
        attributes(request)
                .forEach(
                        (name, value) ->
                                attributes.put(
                                        name,
                                        software.amazon.awssdk.services.sqs.model
                                                .MessageAttributeValue.builder()
                                                .dataType("String")
                                                .stringValue(value)
                                                .build()));
        var entry =
                SendMessageBatchRequestEntry.builder()
                        .id(Integer.toString(index))
                        .messageBody(request.body())
                        .messageAttributes(attributes);
        if (fifo) {
            entry.messageGroupId(request.groupId()).messageDeduplicationId(request.findingId());
        }
        return entry.build();
    }

    /** What subscribers filter by; a service refuses an attribute without text. */
    private static Map<String, String> attributes(AlertRequest request) {
        Map<String, String> attributes = new HashMap<>();
        attributes.put("severity", request.severity());
        if (!request.ruleId().isEmpty()) {
            attributes.put("rule_id", request.ruleId());
        }
        if (request.account() != null) {
            attributes.put("account", request.account());
        }
        return attributes;
    }
}
