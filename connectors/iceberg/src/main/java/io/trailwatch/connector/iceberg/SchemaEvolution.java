package io.trailwatch.connector.iceberg;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The steps from the columns a table has to those its layout wants. Columns are only ever added,
 * and only optional ones; everything else is refused with the name of table and column.
 */
final class SchemaEvolution {
    /**
     * A column to be added.
     *
     * @param parent dotted path of the struct it goes into; null at the top level
     */
    record Addition(@Nullable String parent, Types.NestedField field) {}

    private final String table;
    private final List<Addition> additions = new ArrayList<>();

    private SchemaEvolution(String table) {
        this.table = table;
    }

    /**
     * Columns the table lacks, parents before children.
     *
     * @throws LakeException if a column has another type, lacks although required, stands at
     *     another place, or is unknown to the layout
     */
    static List<Addition> missing(String table, Schema existing, Schema wanted) {
        SchemaEvolution evolution = new SchemaEvolution(table);
        evolution.compare(null, existing.asStruct(), wanted.asStruct());
        return evolution.additions;
    }

    static void apply(UpdateSchema update, List<Addition> additions) {
        for (Addition addition : additions) {
            Types.NestedField field = addition.field();
            if (addition.parent() == null) {
                update.addColumn(field.name(), field.type(), field.doc());
            } else {
                update.addColumn(addition.parent(), field.name(), field.type(), field.doc());
            }
        }
    }

    private void compare(
            @Nullable String parent, Types.StructType existing, Types.StructType wanted) {
        List<Types.NestedField> have = existing.fields();
        List<Types.NestedField> want = wanted.fields();
        for (int i = 0; i < want.size(); i++) {
            Types.NestedField field = want.get(i);
            String path = path(parent, field.name());
            if (i >= have.size()) {
                if (field.isRequired()) {
                    throw refuse(path, "is required and cannot be added to an existing table");
                }
                additions.add(new Addition(parent, field));
                continue;
            }
            Types.NestedField there = have.get(i);
            if (!there.name().equals(field.name())) {
                throw refuse(
                        path,
                        "is expected at place %d, where the table has %s"
                                .formatted(i + 1, path(parent, there.name())));
            }
            if (there.isRequired() != field.isRequired()) {
                throw refuse(
                        path,
                        "is %s, the layout wants it %s"
                                .formatted(presence(there), presence(field)));
            }
            compareType(path, there.type(), field.type());
        }
        if (have.size() > want.size()) {
            throw refuse(
                    path(parent, have.get(want.size()).name()),
                    "is unknown to this version, which therefore cannot write the table");
        }
    }

    private void compareType(String path, Type existing, Type wanted) {
        if (existing.isStructType() && wanted.isStructType()) {
            compare(path, existing.asStructType(), wanted.asStructType());
        } else if (existing.isListType() && wanted.isListType()) {
            compareType(
                    path, existing.asListType().elementType(), wanted.asListType().elementType());
        } else if (existing.isMapType() && wanted.isMapType()) {
            compareType(path, existing.asMapType().keyType(), wanted.asMapType().keyType());
            compareType(path, existing.asMapType().valueType(), wanted.asMapType().valueType());
        } else if (existing.typeId() != wanted.typeId() || !existing.equals(wanted)) {
            throw refuse(path, "has type %s, the layout wants %s".formatted(existing, wanted));
        }
    }

    private LakeException refuse(String column, String why) {
        return new LakeException("table %s: column %s %s".formatted(table, column, why));
    }

    private static String presence(Types.NestedField field) {
        return field.isRequired() ? "required" : "optional";
    }

    private static String path(@Nullable String parent, String name) {
        return parent == null ? name : parent + "." + name;
    }
}
