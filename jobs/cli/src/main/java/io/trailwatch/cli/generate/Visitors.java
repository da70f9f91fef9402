package io.trailwatch.cli.generate;

/** Addresses of the internet: people's, from which they visit, and those that only scan. */
final class Visitors {
    private static final int PROBERS = 2000;

    private Visitors() {}

    /** Some visitor's address, one in eight IPv6. */
    static String address(Dice dice) {
        return ofUser(dice.between(0, SocialApplication.USERS - 1));
    }

    /** The address a user of the application visits from, always the same. */
    static String ofUser(int user) {
        Dice home = Organisation.fixed("visitor-" + user);
        if (home.chance(0.125)) {
            return "2001:db8:%s:%s::%s"
                    .formatted(home.hex(3), home.between(1, 9), home.between(2, 99));
        }
        // MaxMind's test databases know the first three networks, and place them.
        return switch (home.between(0, 5)) {
            case 0 -> "81.2.69." + home.between(144, 159);
            case 1 -> "89.160.20." + home.between(128, 254);
            case 2 -> "2.125.160." + home.between(216, 223);
            case 3 -> "198.51.100." + home.between(20, 254);
            case 4 -> "203.0.113." + home.between(160, 254);
            default -> "192.0.2." + home.between(220, 254);
        };
    }

    /** One of many addresses that scan (RFC 2544's benchmarking range stands in for them). */
    static String prober(Dice dice) {
        int number = dice.between(0, PROBERS - 1);
        return "198.18.%d.%d".formatted(number / 250, 1 + number % 250);
    }
}
