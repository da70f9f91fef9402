package io.trailwatch.core.detect.rule.example;

import java.util.ArrayList;
import java.util.List;

/**
 * Examples of a correlation that belong together.
 *
 * @param line line of the file on which the first stands, from 1
 * @param events one a line, as the log has them
 */
record ExampleSequence(int line, List<String> events) {
    ExampleSequence {
        events = List.copyOf(events);
    }

    /** The sequences of a file, which blank lines separate. */
    static List<ExampleSequence> of(String text) {
        List<ExampleSequence> sequences = new ArrayList<>();
        List<String> events = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (!line.isBlank()) {
                events.add(line);
            } else if (!events.isEmpty()) {
                sequences.add(new ExampleSequence(number - events.size(), events));
                events.clear();
            }
        }
        if (!events.isEmpty()) {
            sequences.add(new ExampleSequence(number + 1 - events.size(), events));
        }
        return sequences;
    }
}
