package io.trailwatch.pipeline.topology;

import static java.util.Objects.requireNonNull;

import io.trailwatch.connector.iceberg.RowDatas;
import io.trailwatch.core.decode.DecodedEvent;
import io.trailwatch.core.detect.correlation.CorrelationHit;
import io.trailwatch.core.detect.correlation.CorrelationLimits;
import io.trailwatch.core.detect.rule.CorrelationRule;
import io.trailwatch.core.detect.window.Feature;
import io.trailwatch.core.detect.window.WindowDetector;
import io.trailwatch.event.LogEvent;
import io.trailwatch.finding.Finding;
import io.trailwatch.ledger.LedgerEntry;
import io.trailwatch.pipeline.function.BoundedDedupeFunction;
import io.trailwatch.pipeline.function.BoundedNewOnlyFunction;
import io.trailwatch.pipeline.function.ChainedType;
import io.trailwatch.pipeline.function.CorrelationFunction;
import io.trailwatch.pipeline.function.DecodeFunction;
import io.trailwatch.pipeline.function.DedupeFunction;
import io.trailwatch.pipeline.function.EnrichFunction;
import io.trailwatch.pipeline.function.EnrichedEvent;
import io.trailwatch.pipeline.function.EventIdentity;
import io.trailwatch.pipeline.function.FeatureFunction;
import io.trailwatch.pipeline.function.FindingRowsFunction;
import io.trailwatch.pipeline.function.Ledger;
import io.trailwatch.pipeline.function.LedgerRowsFunction;
import io.trailwatch.pipeline.function.LedgerSumOperator;
import io.trailwatch.pipeline.function.LogEventType;
import io.trailwatch.pipeline.function.MatchFunction;
import io.trailwatch.pipeline.function.ModeFunction;
import io.trailwatch.pipeline.function.NewOnlyFunction;
import io.trailwatch.pipeline.function.NormaliseFunction;
import io.trailwatch.pipeline.function.ParsedEvent;
import io.trailwatch.pipeline.function.QuarantineRowsFunction;
import io.trailwatch.pipeline.function.ReadAgainFunction;
import io.trailwatch.pipeline.function.RecallFunction;
import io.trailwatch.pipeline.function.ReloadingDedupeFunction;
import io.trailwatch.pipeline.function.ReloadingModeFunction;
import io.trailwatch.pipeline.function.RuleReloadFunction;
import io.trailwatch.pipeline.function.RuledEvent;
import io.trailwatch.pipeline.function.Side;
import io.trailwatch.pipeline.function.UnwrapFunction;
import io.trailwatch.pipeline.function.WindowFunction;
import io.trailwatch.pipeline.function.WindowFunction.Arrival;
import io.trailwatch.pipeline.rules.RuleFolderSource;
import io.trailwatch.pipeline.rules.RuleReload;
import io.trailwatch.pipeline.rules.RuleTexts;
import io.trailwatch.pipeline.rules.RuleUpdate;
import io.trailwatch.quarantine.Quarantined;
import io.trailwatch.table.TableLayout;
import io.trailwatch.table.Tables;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FilterFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.OutputTag;

/**
 * From records to findings: the one graph of the streaming job, of the bounded replay and of the
 * backtest. Sources and sinks are passed in. Everything between dedupe and the detectors is
 * chained, so that an event is parsed once and never shipped as a tree.
 */
public final class DetectionTopology {
    private static final TypeInformation<LogEvent> LOG_EVENT = LogEventType.INSTANCE;
    private static final TypeInformation<EventIdentity> EVENT_IDENTITY =
            TypeInformation.of(EventIdentity.class);
    private static final TypeInformation<Finding> FINDING = TypeInformation.of(Finding.class);
    private static final TypeInformation<Quarantined> QUARANTINED =
            TypeInformation.of(Quarantined.class);
    private static final TypeInformation<LedgerEntry> LEDGER_ENTRY =
            TypeInformation.of(LedgerEntry.class);
    private static final OutputTag<Finding> REPEATED_FINDINGS =
            new OutputTag<>("repeated-findings", FINDING);
    private static final OutputTag<Quarantined> REPEATED_PIECES =
            new OutputTag<>("repeated-pieces", QUARANTINED);

    /** Before the ids of findings of dry runs, where they are deduplicated. */
    private static final String DRY_RUN = "dry-run/";

    private DetectionTopology() {}

    /** Wires all stages between the sources and the sinks. */
    public static void wire(Sources sources, Sinks sinks, DetectionSettings settings) {
        Optional<Sources.Stored> stored = sources.stored();
        Arrival arrival = stored.isPresent() ? Arrival.SORTED : Arrival.BY_WATERMARK;

        // Unwrap (chained to the source): envelopes to log events, still bytes
        SingleOutputStreamOperator<LogEvent> events =
                unwrap(sources, settings)
                        .returns(LOG_EVENT)
                        .uid(Uids.UNWRAP_RECORDS)
                        .name("unwrap records");

        // Rules (p=1, in a stream without end): what changes in their folder, to all that follow
        // them
        Optional<RuleReload> reload =
                stored.isPresent() ? Optional.empty() : Optional.ofNullable(settings.reload());
        Optional<SingleOutputStreamOperator<RuleUpdate>> updates =
                reload.map(how -> updates(events.getExecutionEnvironment(), how));

        // Dedupe (keyed by event identity): one event of each key, from here on with the rules in
        // force; the only exchange that carries whole events
        SingleOutputStreamOperator<RuledEvent> distinct =
                (stored.isPresent()
                                ? events.keyBy(EventIdentity::of, EVENT_IDENTITY)
                                        .connect(
                                                stored.get()
                                                        .events()
                                                        .keyBy(
                                                                identity -> identity,
                                                                EVENT_IDENTITY))
                                        .process(new BoundedDedupeFunction(settings.rules()))
                                : dedupe(events, updates, settings))
                        .returns(ChainedType.of(RuledEvent.class))
                        .uid(Uids.DEDUPE_EVENTS)
                        .name("dedupe events");

        // Decode (chained): bytes to a parsed event, once
        SingleOutputStreamOperator<ParsedEvent> decoded =
                distinct.process(new DecodeFunction(settings.unwrap(), settings.limits()))
                        .returns(ChainedType.of(ParsedEvent.class))
                        .uid(Uids.DECODE_EVENTS)
                        .name("decode events");
        SingleOutputStreamOperator<ParsedEvent> timed =
                decoded.assignTimestampsAndWatermarks(
                                stored.isPresent()
                                        ? EventTimeWatermarks.none()
                                        : EventTimeWatermarks.strategy(settings.lateness()))
                        .uid(Uids.WATERMARK_EVENTS)
                        .name("event time");

        // Enrich (chained): addresses get country, network and threat lists
        SingleOutputStreamOperator<EnrichedEvent> enriched =
                timed.map(new EnrichFunction(settings.enrichment()))
                        .returns(ChainedType.of(EnrichedEvent.class))
                        .uid(Uids.ENRICH_EVENTS)
                        .name("enrich addresses");

        // Match (chained): Sigma rules over single events, before any further exchange
        SingleOutputStreamOperator<EnrichedEvent> matched =
                enriched.process(new MatchFunction())
                        .returns(ChainedType.of(EnrichedEvent.class))
                        .uid(Uids.MATCH_RULES)
                        .name("match Sigma rules");

        // Normalise (chained): AWS words to OCSF rows, one side output a table
        SingleOutputStreamOperator<DecodedEvent> normalised =
                matched.process(new NormaliseFunction(settings.ocsfVersion()))
                        .returns(ChainedType.of(DecodedEvent.class))
                        .uid(Uids.NORMALISE_EVENTS)
                        .name("normalise to OCSF");
        for (TableLayout table : Tables.EVENTS) {
            sinks.append(table, normalised.getSideOutput(NormaliseFunction.rows(table)));
        }

        // Detect (keyed by principal, source address, client address): windows in event time over
        // small features
        DataStream<Finding> bursts =
                detect(
                        normalised,
                        settings.authFailureBurst(),
                        arrival,
                        Uids.AUTH_FAILURE_BURST,
                        "bursts of failed calls");
        DataStream<Finding> scans =
                detect(normalised, settings.portScan(), arrival, Uids.PORT_SCAN, "port scans");
        DataStream<Finding> stuffing =
                detect(
                        normalised,
                        settings.credentialStuffing(),
                        arrival,
                        Uids.CREDENTIAL_STUFFING,
                        "credential stuffing");

        // Correlate (keyed by definition and group): several matches together, a level after the
        // other, for the findings of one count towards the next
        DataStream<Finding> correlated =
                correlate(matched.getSideOutput(Side.HITS), settings.correlations(), arrival);

        // Modes: detectors that are disabled or tried; rules and correlations know their own
        DataStream<Finding> ofDetectors =
                modes(bursts.union(scans, stuffing), updates, settings)
                        .returns(FINDING)
                        .uid(Uids.DETECTOR_MODES)
                        .name("modes of detectors");

        // Deliver (keyed by id, dry runs apart): a finding once, however often it is made
        DataStream<Finding> made =
                matched.getSideOutput(Side.FINDINGS).union(ofDetectors, correlated);
        SingleOutputStreamOperator<Finding> delivered =
                (stored.isPresent()
                                ? made.keyBy(DetectionTopology::deliveryKey)
                                        .connect(storedFindings(stored.get()).keyBy(key -> key))
                                        .process(
                                                new BoundedNewOnlyFunction<>(
                                                        FINDING, REPEATED_FINDINGS))
                                : made.keyBy(DetectionTopology::deliveryKey)
                                        .process(new NewOnlyFunction<>(settings.dedupeTtl())))
                        .returns(FINDING)
                        .uid(Uids.DELIVER_FINDINGS)
                        .name("deliver findings");
        sinks.findings(delivered);
        DataStream<Finding> findings =
                delivered
                        .filter(finding -> !finding.dryRun())
                        .uid(Uids.SELECT_FINDINGS)
                        .name("findings");
        sinks.append(
                Tables.FINDINGS,
                findings.map(new FindingRowsFunction(settings.ocsfVersion(), false))
                        .returns(RowDatas.typeOf(Tables.FINDINGS))
                        .uid(Uids.ROWS_FINDINGS)
                        .name("findings to rows"));
        sinks.append(
                Tables.FINDINGS_DRY_RUN,
                delivered
                        .filter(Finding::dryRun)
                        .uid(Uids.SELECT_DRY_RUNS)
                        .name("findings of dry runs")
                        .map(new FindingRowsFunction(settings.ocsfVersion(), true))
                        .returns(RowDatas.typeOf(Tables.FINDINGS_DRY_RUN))
                        .uid(Uids.ROWS_DRY_RUNS)
                        .name("findings of dry runs to rows"));

        // Alert (chained): findings severe enough, to where people look
        sinks.alerts().ifPresent(alerts -> alert(findings, alerts));

        // Quarantine: what no stage could read
        DataStream<Quarantined> rejected =
                events.getSideOutput(Side.QUARANTINE)
                        .union(
                                decoded.getSideOutput(Side.QUARANTINE),
                                matched.getSideOutput(Side.QUARANTINE),
                                normalised.getSideOutput(Side.QUARANTINE));
        DataStream<Quarantined> quarantined;
        DataStream<LedgerEntry> ofQuarantine;
        if (stored.isPresent()) {
            SingleOutputStreamOperator<Quarantined> fresh =
                    rejected.keyBy(Quarantined::id)
                            .connect(stored.get().quarantine().keyBy(key -> key))
                            .process(new BoundedNewOnlyFunction<>(QUARANTINED, REPEATED_PIECES))
                            .returns(QUARANTINED)
                            .uid(Uids.DELIVER_QUARANTINE)
                            .name("deliver quarantine");
            quarantined = fresh;
            ofQuarantine =
                    countQuarantined(fresh)
                            .union(
                                    fresh.getSideOutput(REPEATED_PIECES)
                                            .map(
                                                    piece ->
                                                            Ledger.of(piece.origin())
                                                                    .withDeduplicated(1))
                                            .returns(LEDGER_ENTRY)
                                            .uid(Uids.COUNT_REPEATED_PIECES)
                                            .name("count repeated pieces"));
        } else {
            quarantined = rejected;
            ofQuarantine = countQuarantined(rejected);
        }
        // Refused rules are no events: they have rows, but no place in the ledger.
        sinks.append(
                Tables.QUARANTINE,
                updates.map(refused -> quarantined.union(refused.getSideOutput(Side.QUARANTINE)))
                        .orElse(quarantined)
                        .map(new QuarantineRowsFunction())
                        .returns(RowDatas.typeOf(Tables.QUARANTINE))
                        .uid(Uids.ROWS_QUARANTINE)
                        .name("quarantine to rows"));

        // Ledger: what became of every event, summed where it is counted and again per source and
        // hour
        DataStream<LedgerEntry> counted =
                sumLedger(events.getSideOutput(Side.LEDGER), Uids.ledgerOf("unwrap"))
                        .union(
                                sumLedger(
                                        distinct.getSideOutput(Side.LEDGER),
                                        Uids.ledgerOf("dedupe")),
                                sumLedger(
                                        normalised.getSideOutput(Side.LEDGER),
                                        Uids.ledgerOf("normalise")),
                                sumLedger(ofQuarantine, Uids.ledgerOf("quarantine")));
        sinks.append(
                Tables.LEDGER,
                sumLedger(counted.keyBy(LedgerEntry::source), Uids.SUM_LEDGER)
                        .map(new LedgerRowsFunction())
                        .returns(RowDatas.typeOf(Tables.LEDGER))
                        .uid(Uids.ROWS_LEDGER)
                        .name("ledger to rows"));
    }

    private static SingleOutputStreamOperator<LogEvent> unwrap(
            Sources sources, DetectionSettings settings) {
        Optional<DataStream<LogEvent>> storedEvents = sources.storedEvents();
        if (storedEvents.isPresent()) {
            return storedEvents.get().process(new RecallFunction(settings.unwrap()));
        }
        return sources.quarantined()
                .map(
                        pieces ->
                                pieces.process(
                                        new ReadAgainFunction(
                                                settings.unwrap(), settings.registry())))
                .orElseGet(
                        () ->
                                sources.rawRecords()
                                        .process(
                                                new UnwrapFunction(
                                                        settings.unwrap(), settings.registry())));
    }

    private static SingleOutputStreamOperator<RuleUpdate> updates(
            StreamExecutionEnvironment env, RuleReload reload) {
        // No watermarks: event time comes from events alone, behind the operators that follow.
        return env.fromSource(
                        new RuleFolderSource(reload.location(), reload.interval()),
                        WatermarkStrategy.noWatermarks(),
                        "folder of rules",
                        TypeInformation.of(RuleTexts.class))
                .setParallelism(1)
                .setMaxParallelism(1)
                .uid(Uids.SOURCE_RULES)
                .process(new RuleReloadFunction(reload))
                .returns(TypeInformation.of(RuleUpdate.class))
                .setParallelism(1)
                .setMaxParallelism(1)
                .uid(Uids.RELOAD_RULES)
                .name("rules in force");
    }

    private static SingleOutputStreamOperator<RuledEvent> dedupe(
            DataStream<LogEvent> events,
            Optional<SingleOutputStreamOperator<RuleUpdate>> updates,
            DetectionSettings settings) {
        KeyedStream<LogEvent, EventIdentity> keyed =
                events.keyBy(EventIdentity::of, EVENT_IDENTITY);
        RuleReload reload = settings.reload();
        return updates.isPresent() && reload != null
                ? keyed.connect(updates.get().broadcast(RuleUpdate.STATE))
                        .process(new ReloadingDedupeFunction(settings.dedupeTtl(), reload))
                : keyed.process(new DedupeFunction(settings.dedupeTtl(), settings.rules()));
    }

    private static SingleOutputStreamOperator<Finding> modes(
            DataStream<Finding> findings,
            Optional<SingleOutputStreamOperator<RuleUpdate>> updates,
            DetectionSettings settings) {
        RuleReload reload = settings.reload();
        return updates.isPresent() && reload != null
                ? findings.connect(updates.get().broadcast(RuleUpdate.STATE))
                        .process(new ReloadingModeFunction(reload))
                : findings.flatMap(new ModeFunction(settings.rules().collection()));
    }

    /** A finding and its dry run are two: whoever ends a trial wants to be told. */
    private static String deliveryKey(Finding finding) {
        return finding.dryRun() ? DRY_RUN + finding.id() : finding.id();
    }

    private static DataStream<String> storedFindings(Sources.Stored stored) {
        return stored.findings()
                .union(
                        stored.dryRuns()
                                .map(id -> DRY_RUN + id)
                                .returns(Types.STRING)
                                .uid(Uids.STORED_DRY_RUNS)
                                .name("delivery keys of dry runs"));
    }

    private static <F extends Feature, S> DataStream<Finding> detect(
            DataStream<DecodedEvent> events,
            WindowDetector<F, S> detector,
            Arrival arrival,
            String subject,
            String name) {
        TypeInformation<F> featureType = TypeInformation.of(detector.featureType());
        TypeInformation<S> stateType = TypeInformation.of(detector.stateType());
        return events.process(new FeatureFunction<>(detector))
                .returns(featureType)
                .uid("features-" + subject)
                .name("features of " + name)
                .keyBy(Feature::detectKey)
                .process(new WindowFunction<>(detector, featureType, stateType, arrival))
                .returns(FINDING)
                .uid("detect-" + subject)
                .name("detect " + name);
    }

    private static DataStream<Finding> correlate(
            DataStream<CorrelationHit> ofEvents, CorrelationLimits limits, Arrival arrival) {
        DataStream<CorrelationHit> hits = ofEvents;
        DataStream<Finding> findings = null;
        for (int level = 1; level <= CorrelationRule.MAX_LEVEL; level++) {
            SingleOutputStreamOperator<Finding> found =
                    hits.filter(new OfLevel(level))
                            .uid(Uids.hitsOf(level))
                            .name("hits of level " + level)
                            .keyBy(CorrelationHit::detectKey)
                            .process(new CorrelationFunction(limits, arrival))
                            .returns(FINDING)
                            .uid(Uids.correlationsOf(level))
                            .name("correlate, level " + level);
            findings = findings == null ? found : findings.union(found);
            DataStream<CorrelationHit> above = found.getSideOutput(Side.HITS);
            if (arrival == Arrival.SORTED) {
                // What leaves a bounded run's operator has the time of the hit that came last, not
                // its own, by which the next level is sorted.
                above =
                        above.assignTimestampsAndWatermarks(
                                        WatermarkStrategy.<CorrelationHit>noWatermarks()
                                                .withTimestampAssigner(
                                                        (hit, previous) -> hit.timeMillis()))
                                .uid(Uids.hitTimesOf(level))
                                .name("event time of hits above level " + level);
            }
            hits = hits.union(above);
        }
        return requireNonNull(findings);
    }

    /** Passes the hits of the correlations of one level. */
    private record OfLevel(int level) implements FilterFunction<CorrelationHit> {
        @Override
        public boolean filter(CorrelationHit hit) {
            return hit.level() == level;
        }
    }

    private static void alert(DataStream<Finding> findings, Sinks.Alerts alerts) {
        DataStream<Finding> sent =
                findings.filter(alerts.filter()).uid(Uids.FILTER_ALERTS).name("findings to alert");
        for (Sinks.AlertTarget target : alerts.targets()) {
            sent.sinkTo(target.sink())
                    .uid(Uids.alertsTo(target.subject()))
                    .name("alerts to " + target.name());
        }
    }

    private static DataStream<LedgerEntry> countQuarantined(DataStream<Quarantined> pieces) {
        return pieces.map(piece -> Ledger.of(piece.origin()).withQuarantined(1))
                .returns(LEDGER_ENTRY)
                .uid(Uids.COUNT_QUARANTINED)
                .name("count quarantined pieces");
    }

    private static DataStream<LedgerEntry> sumLedger(DataStream<LedgerEntry> entries, String uid) {
        return entries.transform("sum ledger", LEDGER_ENTRY, new LedgerSumOperator()).uid(uid);
    }
}
