package io.trailwatch.pipeline.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trailwatch.core.detect.rule.RuleFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuleFolderTest {
    private static final Instant T0 = Instant.parse("2026-11-20T08:00:00Z");

    @TempDir Path folder;

    @Test
    void readsRuleFilesOfSubfoldersAndNoOthers() throws Exception {
        write("a.yml", "a");
        write("deep/er/b.yaml", "b");
        write("a.match.ndjson", "{}");
        write(".hidden.yml", "no");
        write(".git/c.yml", "no");

        assertThat(new RuleFolder(RuleLocation.of(folder.toString())).read().texts())
                .containsOnly(Map.entry("a.yml", "a"), Map.entry("deep/er/b.yaml", "b"));
    }

    @Test
    void aUriOfTheLocalFileSystemIsTheSameFolder() throws Exception {
        write("a.yml", "a");

        assertThat(new RuleFolder(RuleLocation.of(folder.toUri().toString())).read())
                .isEqualTo(new RuleFolder(RuleLocation.of(folder.toString())).read());
    }

    @Test
    void oneFileIsAFolderOfOne() throws Exception {
        write("a.yml", "a");

        assertThat(
                        new RuleFolder(RuleLocation.of(folder.resolve("a.yml").toString()))
                                .read()
                                .texts())
                .containsOnly(Map.entry("a.yml", "a"));
    }

    @Test
    void seesWhatChangesAndWhatGoes() throws Exception {
        RuleFolder rules = new RuleFolder(RuleLocation.of(folder.toString()));
        write("a.yml", "one");
        write("b.yml", "b");
        assertThat(rules.read().texts()).containsEntry("a.yml", "one");

        write("a.yml", "two");
        Files.delete(folder.resolve("b.yml"));
        assertThat(rules.read().texts()).containsOnly(Map.entry("a.yml", "two"));
    }

    @Test
    void readsAFileAgainAsLongAsItsTimeOfChangeMayHideAnother() throws Exception {
        RuleFolder soon = folderAt(T0.plusSeconds(60));
        write("a.yml", "one");
        touch("a.yml", T0);
        soon.read();
        write("a.yml", "two");
        touch("a.yml", T0);
        assertThat(soon.read().texts()).containsEntry("a.yml", "two");

        RuleFolder later = folderAt(T0.plusSeconds(61));
        later.read();
        write("a.yml", "six");
        touch("a.yml", T0);
        assertThat(later.read().texts()).containsEntry("a.yml", "two");
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        RuleFolder rules = new RuleFolder(RuleLocation.of(folder.resolve("absent").toString()));

        assertThatThrownBy(rules::read)
                .isInstanceOf(RuleFolderException.class)
                .hasMessageContaining("absent");
    }

    @Test
    void aFileSystemThatFlinkDoesNotKnowIsNamed() {
        RuleFolder rules = new RuleFolder(RuleLocation.of("nosuch://bucket/rules"));

        assertThatThrownBy(rules::read)
                .isInstanceOf(RuleFolderException.class)
                .hasMessageContaining("nosuch://bucket/rules");
    }

    @Test
    void aFileBeyondItsLimitIsRefusedAndTheOthersAreRead() throws Exception {
        write("large.yml", "#".repeat(RuleFiles.MAX_FILE_BYTES + 1));
        write("full.yml", "#".repeat(RuleFiles.MAX_FILE_BYTES));

        RuleTexts texts = new RuleFolder(RuleLocation.of(folder.toString())).read();
        assertThat(texts.texts()).containsOnlyKeys("full.yml");
        assertThat(texts.unreadable().get("large.yml")).contains("4194304 bytes");
    }

    @Test
    void moreBytesThanAFolderMayHaveAreRefusedAsAWhole() throws Exception {
        int files = (int) (RuleFolder.MAX_BYTES / RuleFiles.MAX_FILE_BYTES);
        String full = "#".repeat(RuleFiles.MAX_FILE_BYTES);
        for (int i = 0; i < files; i++) {
            write(i + ".yml", full);
        }
        assertThat(new RuleFolder(RuleLocation.of(folder.toString())).read().texts())
                .hasSize(files);

        write("one-more.yml", "#");
        assertThatThrownBy(() -> new RuleFolder(RuleLocation.of(folder.toString())).read())
                .isInstanceOf(RuleFolderException.class)
                .hasMessageContaining("33554432 bytes");
    }

    @Test
    void aNameThatIsNoPathIsTold() throws Exception {
        write("pack:a.yml", "a");

        assertThatThrownBy(() -> new RuleFolder(RuleLocation.of(folder.toString())).read())
                .isInstanceOf(RuleFolderException.class)
                .hasMessageContaining("cannot read " + folder)
                .hasMessageContaining("pack:a.yml");
    }

    private RuleFolder folderAt(Instant now) {
        return new RuleFolder(RuleLocation.of(folder.toString()), Clock.fixed(now, ZoneOffset.UTC));
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void touch(String name, Instant modified) throws IOException {
        Files.setLastModifiedTime(folder.resolve(name), FileTime.from(modified));
    }
}
