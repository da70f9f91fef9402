package io.trailwatch.connector.alerts;

import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** Options of the alerts. */
public final class AlertOptions {
    public static final ConfigOption<List<String>> TARGETS =
            ConfigOptions.key("alerts.targets")
                    .stringType()
                    .asList()
                    .defaultValues()
                    .withDescription(
                            "Where findings go, separated by semicolons: SNS topic ARN, SQS queue"
                                + " ARN or URL, https URL of a webhook. No alerts when absent.");

    public static final ConfigOption<String> MIN_SEVERITY =
            ConfigOptions.key("alerts.min-severity")
                    .stringType()
                    .defaultValue("high")
                    .withDescription(
                            "Lowest severity that is sent: informational, low, medium, high,"
                                    + " critical.");

    public static final ConfigOption<String> ENDPOINT =
            ConfigOptions.key("alerts.endpoint")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "URL of an SNS and SQS API other than those of the region. On loopback"
                                    + " it is taken for an emulator, and credentials are"
                                    + " test/test.");

    public static final ConfigOption<String> WEBHOOK_SECRET_VARIABLE =
            ConfigOptions.key("alerts.webhook.secret-variable")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Name of the environment variable of the task managers that holds the"
                                    + " key webhooks are signed with; unsigned when absent.");

    private AlertOptions() {}
}
