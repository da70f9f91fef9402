package io.trailwatch.cli.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.trailwatch.core.detect.rule.example.RuleTestResult;
import io.trailwatch.core.detect.rule.example.RuleTestResult.Outcome;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Results of rule tests as JUnit XML, in the form of Maven Surefire that CI systems read: a test
 * suite a rule, a test case an example. An example that comes out otherwise is a failure, one that
 * could not be tried an error.
 */
final class JunitReport {
    private static final String SUITES = "Trailwatch rules";

    private JunitReport() {}

    private record Suite(String id, String title, List<RuleTestResult> results) {
        long failures() {
            return results.stream().filter(JunitReport::isFailure).count();
        }

        long errors() {
            return results.stream().filter(JunitReport::isError).count();
        }
    }

    /**
     * Writes the report.
     *
     * @param place file of a result as people find it
     */
    static void write(Path file, List<RuleTestResult> results, UnaryOperator<String> place)
            throws IOException {
        List<Suite> suites = suites(results);
        try (Writer out = Files.newBufferedWriter(file, UTF_8)) {
            XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(out);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("testsuites");
            xml.writeAttribute("name", SUITES);
            counts(
                    xml,
                    results.size(),
                    suites.stream().mapToLong(Suite::failures).sum(),
                    suites.stream().mapToLong(Suite::errors).sum());
            for (Suite suite : suites) {
                write(xml, suite, place);
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IOException("cannot write " + file, e);
        }
    }

    private static List<Suite> suites(List<RuleTestResult> results) {
        Map<String, Suite> suites = new LinkedHashMap<>();
        for (RuleTestResult result : results) {
            String id = result.ruleId().isEmpty() ? result.file() : result.ruleId();
            String title = result.title().isEmpty() ? result.file() : result.title();
            suites.computeIfAbsent(id, key -> new Suite(key, title, new ArrayList<>()))
                    .results()
                    .add(result);
        }
        return List.copyOf(suites.values());
    }

    private static void write(XMLStreamWriter xml, Suite suite, UnaryOperator<String> place)
            throws XMLStreamException {
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", clean(suite.title()));
        counts(xml, suite.results().size(), suite.failures(), suite.errors());
        for (RuleTestResult result : suite.results()) {
            String file = place.apply(result.file());
            xml.writeStartElement("testcase");
            xml.writeAttribute("classname", clean(suite.id()));
            xml.writeAttribute("name", clean(name(result)));
            xml.writeAttribute("file", clean(file));
            xml.writeAttribute("line", Integer.toString(result.line()));
            xml.writeAttribute("time", "0");
            if (!result.passed()) {
                xml.writeStartElement(isError(result) ? "error" : "failure");
                String message = result.detail().lines().findFirst().orElse("");
                xml.writeAttribute("message", clean(message));
                xml.writeAttribute("type", label(result.actual()));
                xml.writeCharacters(clean(file + ":" + result.line() + ": " + result.detail()));
                xml.writeEndElement();
            }
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    private static void counts(XMLStreamWriter xml, long tests, long failures, long errors)
            throws XMLStreamException {
        xml.writeAttribute("tests", Long.toString(tests));
        xml.writeAttribute("failures", Long.toString(failures));
        xml.writeAttribute("errors", Long.toString(errors));
        xml.writeAttribute("skipped", "0");
        xml.writeAttribute("time", "0");
    }

    private static String name(RuleTestResult result) {
        String file = result.file().substring(result.file().lastIndexOf('/') + 1);
        return "%s line %d: %s".formatted(file, result.line(), label(result.expected()));
    }

    private static boolean isError(RuleTestResult result) {
        return !result.passed() && result.actual() == Outcome.UNTESTABLE;
    }

    private static boolean isFailure(RuleTestResult result) {
        return !result.passed() && result.actual() != Outcome.UNTESTABLE;
    }

    private static String label(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }

    /** Without what XML 1.0 cannot hold, however it is escaped (section 2.2, Char). */
    private static String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .forEach(
                        c -> {
                            boolean allowed =
                                    c == '\t'
                                            || c == '\n'
                                            || c == '\r'
                                            || (c >= 0x20 && c <= 0xd7ff)
                                            || (c >= 0xe000 && c <= 0xfffd)
                                            || c >= 0x10000;
                            clean.appendCodePoint(allowed ? c : '?');
                        });
        return clean.toString();
    }
}
