#!/usr/bin/env bash
# Measures how many hits one core correlates on heap and RocksDB state, and what a hit costs when a
# window holds 100 to 100,000 different values.
#   correlation-throughput.sh [HITS]
# About 5 minutes with 200000 hits, the default.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
(cd "$root" && ./mvnw -B -q -Pquick -Dmaven.test.skip=false -pl jobs/benchmarks -am package)
exec java -Xmx2g --add-opens=java.base/java.util=ALL-UNNAMED --add-opens=java.base/java.lang=ALL-UNNAMED \
  -cp "$root/jobs/benchmarks/target/classes:$root/jobs/benchmarks/target/lib/*:$root/jobs/cli/target/lib/*" \
  io.trailwatch.benchmarks.CorrelationThroughput "$@"
