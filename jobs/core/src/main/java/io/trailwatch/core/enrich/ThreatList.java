package io.trailwatch.core.enrich;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Addresses and CIDR blocks of one text file: one a line, {@code #} begins a comment. A lookup is
 * one hash probe per prefix length that occurs in the file.
 */
final class ThreatList {
    /** Problems kept in full; all are counted. */
    static final int MAX_PROBLEMS = 100;

    private static final int MAX_PROBLEM_CHARS = 100;

    private final String name;
    private final Map<Integer, Set<IpAddress>> v4ByPrefix = new HashMap<>();
    private final Map<Integer, Set<IpAddress>> v6ByPrefix = new HashMap<>();
    private final List<IntelProblem> problems = new ArrayList<>();
    private int entries;
    private int problemCount;

    private ThreatList(String name) {
        this.name = name;
    }

    /**
     * Reads a list. Its name is that of the file without folder and last extension.
     *
     * @throws EnrichmentException if the file cannot be read
     */
    static ThreatList read(Path file) {
        ThreatList list = new ThreatList(nameOf(file));
        // Latin-1 reads any bytes: a stray byte in a comment spoils its line only.
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                list.add(++number, line);
            }
        } catch (IOException e) {
            throw new EnrichmentException(
                    file,
                    Files.exists(file) ? "threat list cannot be read" : "no such threat list",
                    e);
        }
        return list;
    }

    String name() {
        return name;
    }

    int entries() {
        return entries;
    }

    int problemCount() {
        return problemCount;
    }

    List<IntelProblem> problems() {
        return List.copyOf(problems);
    }

    boolean contains(IpAddress address) {
        for (var networks : byPrefix(address).entrySet()) {
            if (networks.getValue().contains(address.network(networks.getKey()))) {
                return true;
            }
        }
        return false;
    }

    private Map<Integer, Set<IpAddress>> byPrefix(IpAddress address) {
        return address.v4() ? v4ByPrefix : v6ByPrefix;
    }

    private void add(int number, String line) {
        int comment = line.indexOf('#');
        String text = (comment < 0 ? line : line.substring(0, comment)).strip();
        if (text.isEmpty()) {
            return;
        }
        int slash = text.indexOf('/');
        Optional<IpAddress> address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
        int prefix =
                address.isEmpty()
                        ? -1
                        : slash < 0 ? address.get().bits() : prefixLength(text, slash);
        if (address.isEmpty() || prefix < 0 || prefix > address.get().bits()) {
            problemCount++;
            if (problems.size() < MAX_PROBLEMS) {
                problems.add(new IntelProblem(name, number, shown(line)));
            }
            return;
        }
        IpAddress network = address.get().network(prefix);
        if (byPrefix(network).computeIfAbsent(prefix, length -> new HashSet<>()).add(network)) {
            entries++;
        }
    }

    private static int prefixLength(String text, int slash) {
        String digits = text.substring(slash + 1);
        return digits.matches("0|[1-9][0-9]{0,2}") ? Integer.parseInt(digits) : -1;
    }

    private static String shown(String line) {
        String cut = line.substring(0, Math.min(line.length(), MAX_PROBLEM_CHARS));
        return cut.replaceAll("\\p{Cntrl}", "?");
    }

    private static String nameOf(Path file) {
        Path last = file.getFileName();
        String name = last == null ? file.toString() : last.toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}
