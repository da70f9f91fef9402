package io.trailwatch.cli.rules;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.zip.GZIPInputStream;

/**
 * On which lines of a file its events begin. Events must be asked for in the order in which they
 * lie there: each is looked for behind the one before it.
 */
final class Lines {
    private final byte[] text;
    private int position;
    private int line = 1;

    private Lines(byte[] text) {
        this.text = requireNonNull(text, "text");
    }

    /**
     * Lines of a file; of a gzip file those of its content.
     *
     * @param maxBytes bytes of content beyond which no line is known
     */
    static Lines of(byte[] file, int maxBytes) {
        boolean gzip = file.length > 1 && (file[0] & 0xff) == 0x1f && (file[1] & 0xff) == 0x8b;
        if (!gzip) {
            return new Lines(file);
        }
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(file))) {
            return new Lines(in.readNBytes(maxBytes));
        } catch (IOException e) {
            // What is wrong with the file is told by its rejection; lines are a help only.
            return new Lines(new byte[0]);
        }
    }

    /**
     * The line on which the event begins, from 1; empty when its bytes do not stand in the file as
     * they are, such as within an envelope.
     */
    OptionalInt lineOf(byte[] event) {
        for (int at = position; at <= text.length - event.length; at++) {
            if (startsAt(at, event)) {
                for (int i = position; i < at; i++) {
                    line += text[i] == '\n' ? 1 : 0;
                }
                position = at;
                return OptionalInt.of(line);
            }
        }
        return OptionalInt.empty();
    }

    private boolean startsAt(int at, byte[] event) {
        for (int i = 0; i < event.length; i++) {
            if (text[at + i] != event[i]) {
                return false;
            }
        }
        return true;
    }
}
