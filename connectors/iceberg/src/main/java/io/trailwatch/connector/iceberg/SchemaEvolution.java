package io.trailwatch.connector.iceberg;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.iceberg.Schema;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The steps from the columns a table has to those its layout wants: optional columns are added,
 * types widened, required columns made optional. All of them leave files that are there readable.
 * Everything else is refused with the name of table and column.
 */
final class SchemaEvolution {
    private final String table;
    private final Schema existing;
    private final List<Step> steps = new ArrayList<>();

    private SchemaEvolution(String table, Schema existing) {
        this.table = table;
        this.existing = existing;
    }

    /**
     * One change.
     *
     * @param column as a person would write it
     * @param what the table lacks
     */
    record Step(String column, String what, Consumer<UpdateSchema> change) {}

    /**
     * What is to be changed, parents before children; nothing when the columns are those wanted, in
     * their order.
     *
     * @throws LakeException if a column has a type that cannot be widened, lacks although required,
     *     stands at another place, or is of a newer layout than the one wanted
     */
    static List<Step> steps(String table, Schema existing, Schema wanted) {
        SchemaEvolution evolution = new SchemaEvolution(table, existing);
        evolution.compare(null, null, existing.asStruct(), wanted.asStruct());
        return List.copyOf(evolution.steps);
    }

    /**
     * Compares the fields of a struct.
     *
     * @param path of the struct as a person writes it; null at the top level
     * @param parent of the struct as Iceberg writes it; null at the top level
     */
    private void compare(
            @Nullable String path,
            @Nullable String parent,
            Types.StructType existing,
            Types.StructType wanted) {
        List<Types.NestedField> have = existing.fields();
        List<Types.NestedField> want = wanted.fields();
        for (int i = 0; i < want.size(); i++) {
            Types.NestedField field = want.get(i);
            String column = path(path, field.name());
            if (i >= have.size()) {
                add(column, parent, field);
                continue;
            }
            Types.NestedField there = have.get(i);
            if (!there.name().equals(field.name())) {
                throw refuse(
                        column,
                        "is expected at place %d, where the table has %s"
                                .formatted(i + 1, path(path, there.name())));
            }
            comparePresence(column, there, field);
            compareType(column, there.fieldId(), there.type(), field.type());
        }
        if (have.size() > want.size()) {
            throw refuse(
                    path(path, have.get(want.size()).name()),
                    "is unknown to this version: the table is newer, and this version cannot write"
                            + " it");
        }
    }

    private void add(String column, @Nullable String parent, Types.NestedField field) {
        if (field.isRequired()) {
            throw refuse(column, "is required and cannot be added to an existing table");
        }
        Consumer<UpdateSchema> change =
                parent == null
                        ? update -> update.addColumn(field.name(), field.type(), field.doc())
                        : update ->
                                update.addColumn(parent, field.name(), field.type(), field.doc());
        steps.add(new Step(column, "lacks column " + column, change));
    }

    private void comparePresence(String column, Types.NestedField there, Types.NestedField wanted) {
        if (there.isOptional() && wanted.isRequired()) {
            throw refuse(
                    column,
                    "is optional, this version wants it required: the table is newer, or was"
                            + " changed by others");
        }
        if (there.isRequired() && wanted.isOptional()) {
            String name = existing.findColumnName(there.fieldId());
            steps.add(
                    new Step(
                            column,
                            "requires column " + column,
                            update -> update.makeColumnOptional(name)));
        }
    }

    private void compareType(String column, int fieldId, Type there, Type wanted) {
        if (there.isStructType() && wanted.isStructType()) {
            compare(
                    column,
                    existing.findColumnName(fieldId),
                    there.asStructType(),
                    wanted.asStructType());
        } else if (there.isListType() && wanted.isListType()) {
            Types.ListType list = there.asListType();
            compareType(
                    column,
                    list.elementId(),
                    list.elementType(),
                    wanted.asListType().elementType());
        } else if (there.isMapType() && wanted.isMapType()) {
            Types.MapType map = there.asMapType();
            compareType(column, map.keyId(), map.keyType(), wanted.asMapType().keyType());
            compareType(column, map.valueId(), map.valueType(), wanted.asMapType().valueType());
        } else if (!there.equals(wanted)) {
            if (!wanted.isPrimitiveType() || !there.isPrimitiveType()) {
                throw otherType(column, there, wanted, "");
            }
            if (!TypeUtil.isPromotionAllowed(there, wanted.asPrimitiveType())) {
                boolean newer = TypeUtil.isPromotionAllowed(wanted, there.asPrimitiveType());
                throw otherType(column, there, wanted, newer ? ": the table is newer" : "");
            }
            String name = existing.findColumnName(fieldId);
            steps.add(
                    new Step(
                            column,
                            "has %s for column %s".formatted(there, column),
                            update -> update.updateColumn(name, wanted.asPrimitiveType())));
        }
    }

    private LakeException otherType(String column, Type there, Type wanted, String why) {
        return refuse(column, "has type %s, the layout wants %s%s".formatted(there, wanted, why));
    }

    private LakeException refuse(String column, String why) {
        return new LakeException("table %s: column %s %s".formatted(table, column, why));
    }

    private static String path(@Nullable String parent, String name) {
        return parent == null ? name : parent + "." + name;
    }
}
