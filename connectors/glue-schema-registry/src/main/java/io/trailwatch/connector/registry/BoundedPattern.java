package io.trailwatch.connector.registry;

import com.networknt.schema.SchemaException;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressions;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * A pattern of a JSON schema that cannot run for ever: each character it looks at, again and again
 * where it backtracks, counts against the allowance of the document.
 */
final class BoundedPattern implements RegularExpression {
    private static final ThreadLocal<Allowance> ALLOWANCE = new ThreadLocal<>();

    private final Pattern pattern;

    BoundedPattern(String pattern) {
        // As the validator's own adapter to the JDK does it.
        this.pattern =
                Pattern.compile(
                        RegularExpressions.replaceLongformCharacterProperties(
                                RegularExpressions.replaceDollarAnchors(pattern)));
    }

    /**
     * Runs a validation on this thread with an allowance of its own.
     *
     * @throws PatternLimitException if the patterns use up the allowance
     */
    static <T> T within(long steps, Supplier<T> validation) {
        ALLOWANCE.set(new Allowance(steps));
        try {
            return validation.get();
        } finally {
            ALLOWANCE.remove();
        }
    }

    @Override
    public boolean matches(String value) {
        return pattern.matcher(new CountedText(value, ALLOWANCE.get())).find();
    }

    private static final class Allowance {
        private long left;

        Allowance(long steps) {
            this.left = steps;
        }

        void step() {
            if (--left < 0) {
                throw new PatternLimitException();
            }
        }
    }

    private record CountedText(CharSequence text, Allowance allowance) implements CharSequence {
        @Override
        public char charAt(int index) {
            allowance.step();
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new CountedText(text.subSequence(start, end), allowance);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }

    /** A schema exception, since the validator logs any other with the pattern as an error. */
    static final class PatternLimitException extends SchemaException {
        private static final long serialVersionUID = 1L;

        PatternLimitException() {
            super("pattern limit");
        }
    }
}
