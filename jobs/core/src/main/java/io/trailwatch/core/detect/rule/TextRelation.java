package io.trailwatch.core.detect.rule;

/** How a text relates to another one. */
enum TextRelation {
    EQUALS {
        @Override
        boolean holds(String text, String part, boolean cased) {
            return cased ? text.equals(part) : text.equalsIgnoreCase(part);
        }
    },
    CONTAINS {
        @Override
        boolean holds(String text, String part, boolean cased) {
            if (cased) {
                return text.contains(part);
            }
            int last = text.length() - part.length();
            for (int i = 0; i <= last; i++) {
                if (text.regionMatches(true, i, part, 0, part.length())) {
                    return true;
                }
            }
            return false;
        }
    },
    STARTS_WITH {
        @Override
        boolean holds(String text, String part, boolean cased) {
            return text.regionMatches(!cased, 0, part, 0, part.length());
        }
    },
    ENDS_WITH {
        @Override
        boolean holds(String text, String part, boolean cased) {
            return text.regionMatches(
                    !cased, text.length() - part.length(), part, 0, part.length());
        }
    };

    /** The modifiers that ask for it in a rule. */
    String modifiers() {
        return switch (this) {
            case EQUALS -> "";
            case CONTAINS -> "|contains";
            case STARTS_WITH -> "|startswith";
            case ENDS_WITH -> "|endswith";
        };
    }

    abstract boolean holds(String text, String part, boolean cased);
}
