package io.trailwatch.core.detect.rule;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads Sigma documents: rules, correlations, filters, and what the operator decides of them under
 * {@code trailwatch}. A document is understood in full or refused with the reason: no part of it is
 * passed over.
 */
public final class RuleLoader {
    private RuleLoader() {}

    /** The rules of a folder and its subfolders, or of one file. */
    public static LoadedRules folder(Path folder) {
        return load(RuleFiles.folder(folder));
    }

    /**
     * Our own rules from the class path.
     *
     * @throws RuleException if one of them is refused
     */
    public static RuleCollection pack() {
        return load(RuleFiles.pack()).orThrow();
    }

    /**
     * All documents of the files, which may refer to each other. Of several rules with one id the
     * first stays. Problems are in the order of files and lines.
     */
    public static LoadedRules load(RuleFiles files) {
        RuleAssembly assembly = new RuleAssembly();
        for (String file : files.rules()) {
            try {
                Optional<String> text = files.read(file);
                if (text.isPresent()) {
                    assembly.add(file, text.get());
                } else {
                    assembly.refuse(file, "there is no such file");
                }
            } catch (UncheckedIOException e) {
                assembly.refuse(file, String.valueOf(e.getMessage()));
            }
        }
        return assembly.assemble();
    }

    /**
     * The documents of one YAML text.
     *
     * @param file name for problems and rules
     */
    public static LoadedRules parse(String file, String text) {
        RuleAssembly assembly = new RuleAssembly();
        assembly.add(file, text);
        return assembly.assemble();
    }
}
