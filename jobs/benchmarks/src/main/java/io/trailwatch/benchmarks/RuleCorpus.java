package io.trailwatch.benchmarks;

import io.trailwatch.core.detect.rule.LoadedRules;
import io.trailwatch.core.detect.rule.RuleCollection;
import io.trailwatch.core.detect.rule.RuleLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Sets of rules: the public ones for AWS, our own, and as many generated ones as asked for. */
final class RuleCorpus {
    private static final List<String> SERVICES =
            List.of("iam", "s3", "ec2", "lambda", "rds", "kms", "sts", "ssm", "ecs", "eks");
    private static final List<String> VERBS =
            List.of("Create", "Delete", "Put", "Update", "Attach", "Detach", "Describe", "Get");
    private static final List<String> THINGS =
            List.of("User", "Role", "Bucket", "Policy", "Instance", "Function", "Key", "Snapshot");

    private RuleCorpus() {}

    /**
     * The rules of a name: {@code aws}, {@code pack}, {@code generated-3000} or another number of
     * them.
     */
    static RuleCollection of(String name, Path sharedData) {
        if (name.equals("aws")) {
            return RuleLoader.folder(sharedData.resolve("sigma-aws-rules/rules")).collection();
        }
        return name.equals("pack")
                ? RuleLoader.pack()
                : load(generated(Integer.parseInt(name.substring(name.indexOf('-') + 1))));
    }

    static RuleCollection load(String text) {
        LoadedRules loaded = RuleLoader.parse("generated.yml", text);
        return loaded.orThrow();
    }

    /**
     * CloudTrail rules as one YAML text, the same for the same number: most are known by the name
     * of a call, some of those tell it by texts in the parameters; one in five knows a user agent,
     * one in ten parameters of any call, one in twenty an ARN by regular expression, one in fifty a
     * block of addresses alone.
     */
    static String generated(int count) {
        Random random = new Random(11);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : "---\n")
                    .append("title: Generated rule %d\nid: generated-%d\n".formatted(i, i))
                    .append("logsource:\n  product: aws\n  service: cloudtrail\n")
                    .append("detection:\n  selection:\n")
                    .append(selection(random, i))
                    .append("  condition: selection\nlevel: low\n");
        }
        return text.toString();
    }

    private static String selection(Random random, int number) {
        int kind = random.nextInt(100);
        String secret = "marker-" + Integer.toString(number * 7_919, 36);
        if (kind < 2) {
            return "    sourceIPAddress|cidr: 198.%d.%d.0/24\n"
                    .formatted(18 + random.nextInt(2), random.nextInt(256));
        }
        if (kind < 7) {
            return "    userIdentity.arn|re: 'role/%s-[a-z]+/.*$'\n".formatted(secret);
        }
        if (kind < 17) {
            return "    requestParameters|contains: ['%s', '\"%sx\"']\n".formatted(secret, secret);
        }
        if (kind < 37) {
            return "    userAgent|contains: '%s/%d.'\n".formatted(secret, random.nextInt(10));
        }
        String service = pick(random, SERVICES);
        String call =
                "    eventSource: %s.amazonaws.com\n    eventName: %s%s\n"
                        .formatted(service, pick(random, VERBS), pick(random, THINGS));
        return kind < 60
                ? call + "    requestParameters|contains: '%s'\n".formatted(secret)
                : kind < 80
                        ? call + "    userIdentity.userName|startswith: '%s'\n".formatted(secret)
                        : call + "    errorCode: '%s'\n".formatted(secret);
    }

    private static String pick(Random random, List<String> from) {
        return from.get(random.nextInt(from.size()));
    }
}
