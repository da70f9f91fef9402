package io.trailwatch.core.decode;

import org.jspecify.annotations.Nullable;

/** Parts of ARNs: {@code arn:partition:service:region:account:resource}. */
final class Arns {
    private static final int REGION = 3;
    private static final int ACCOUNT = 4;

    private Arns() {}

    /** Account of an ARN; null when there is none. */
    static @Nullable String account(@Nullable String arn) {
        String account = part(arn, ACCOUNT);
        return account != null
                        && account.length() == 12
                        && account.chars().allMatch(c -> c >= '0' && c <= '9')
                ? account
                : null;
    }

    /** Region of an ARN; null when there is none. */
    static @Nullable String region(@Nullable String arn) {
        return part(arn, REGION);
    }

    private static @Nullable String part(@Nullable String arn, int index) {
        if (arn == null || !arn.startsWith("arn:")) {
            return null;
        }
        String[] parts = arn.split(":", 6);
        return parts.length < 6 || parts[index].isEmpty() ? null : parts[index];
    }

    /** The first one that is there; null when none is. */
    static @Nullable String first(@Nullable String... texts) {
        for (String text : texts) {
            if (text != null && !text.isEmpty()) {
                return text;
            }
        }
        return null;
    }
}
