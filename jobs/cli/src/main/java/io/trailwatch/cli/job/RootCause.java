package io.trailwatch.cli.job;

/** What lies at the bottom of a chain of causes, in a line. */
final class RootCause {
    private RootCause() {}

    static String of(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName() + ": " + root.getMessage();
    }
}
