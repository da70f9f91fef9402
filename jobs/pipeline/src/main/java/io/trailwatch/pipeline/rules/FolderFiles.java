package io.trailwatch.pipeline.rules;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/** Files below one location, of one kind of store. */
interface FolderFiles extends Closeable {
    /**
     * Shows every file below the location, or the one file that it names; hidden files and what is
     * in hidden folders may be left out.
     *
     * @throws FileNotFoundException if there is nothing at the location
     * @throws IOException if it cannot be listed
     */
    void list(Visitor visitor) throws IOException;

    /** Is shown what there is. */
    interface Visitor {
        /** A file or folder, before anything else is done with it; the visitor counts them. */
        void entry();

        void file(File file) throws IOException;
    }

    /**
     * One file.
     *
     * @param name relative to the location, with {@code /}
     */
    record File(String name, long bytes, long modifiedMillis, Content content) {}

    /** What is in a file. */
    interface Content {
        /**
         * Opens it.
         *
         * @throws FileNotFoundException if it went away after it was listed
         */
        InputStream open() throws IOException;
    }
}
