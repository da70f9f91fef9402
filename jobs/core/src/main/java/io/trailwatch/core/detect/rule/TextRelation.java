package io.trailwatch.core.detect.rule;

/** How a text relates to another one. */
enum TextRelation {
    EQUALS {
        @Override
        boolean holds(String text, String part, boolean cased) {
            return cased ? text.equals(part) : CaseFolding.equal(text, part);
        }
    },
    CONTAINS {
        @Override
        boolean holds(String text, String part, boolean cased) {
            return cased ? text.contains(part) : CaseFolding.contains(text, part);
        }
    },
    STARTS_WITH {
        @Override
        boolean holds(String text, String part, boolean cased) {
            return cased ? text.startsWith(part) : CaseFolding.regionEquals(text, 0, part);
        }
    },
    ENDS_WITH {
        @Override
        boolean holds(String text, String part, boolean cased) {
            return cased
                    ? text.endsWith(part)
                    : CaseFolding.regionEquals(text, text.length() - part.length(), part);
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
