package io.trailwatch.pipeline;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rules of the house: which module may know which, and where the diagram is drawn. */
@AnalyzeClasses(packages = "io.trailwatch", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] NOUNS = {
        "io.trailwatch.event..",
        "io.trailwatch.finding..",
        "io.trailwatch.ledger..",
        "io.trailwatch.quarantine..",
        "io.trailwatch.table.."
    };

    @ArchTest
    static final ArchRule schemasKnowTheJdkOnly =
            noClasses()
                    .that()
                    .resideInAnyPackage(NOUNS)
                    .should()
                    .dependOnClassesThat()
                    .resideOutsideOfPackages(
                            "java..",
                            "org.jspecify..",
                            "io.trailwatch.event..",
                            "io.trailwatch.finding..",
                            "io.trailwatch.ledger..",
                            "io.trailwatch.quarantine..",
                            "io.trailwatch.table..");

    @ArchTest
    static final ArchRule coreSeesNoEngineAndNoCloud =
            noClasses()
                    .that()
                    .resideInAPackage("io.trailwatch.core..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.apache.flink..",
                            "org.apache.iceberg..",
                            "software.amazon..",
                            "io.trailwatch.connector..",
                            "io.trailwatch.pipeline..");

    @ArchTest
    static final ArchRule connectorsNeverSeeCore =
            noClasses()
                    .that()
                    .resideInAPackage("io.trailwatch.connector..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.trailwatch.core..", "io.trailwatch.pipeline..");

    @ArchTest
    static final ArchRule connectorsDoNotKnowEachOther =
            noClasses()
                    .that()
                    .resideInAPackage("io.trailwatch.connector.kinesis..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.trailwatch.connector.iceberg..");

    @ArchTest
    static final ArchRule decodingKnowsNoRulesAndNoTables =
            noClasses()
                    .that()
                    .resideInAPackage("io.trailwatch.core.decode..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.trailwatch.core.detect..",
                            "io.trailwatch.core.normalise..",
                            "io.trailwatch.table..");

    @ArchTest
    static final ArchRule functionsDrawNoDiagram =
            noClasses()
                    .that()
                    .resideInAPackage("io.trailwatch.pipeline.function..")
                    .should()
                    .callMethodWhere(
                            JavaCall.Predicates.target(
                                    com.tngtech.archunit.core.domain.properties.HasName.Predicates
                                            .nameMatching("keyBy|uid|setParallelism")));
}
