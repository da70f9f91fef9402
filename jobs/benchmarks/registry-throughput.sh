#!/usr/bin/env bash
# Measures how many framed Avro records a second one thread decodes: our decoder of the Glue Schema
# Registry and the official library, schema-registry-serde 1.1.27, by turns on the same records.
#   registry-throughput.sh [EVENTS]
# About 1 minute with 200000 events, the default.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
(cd "$root" && ./mvnw -B -q -Pquick -Dmaven.test.skip=false -pl jobs/benchmarks -am package)
exec java -Xmx1g \
  -cp "$root/jobs/benchmarks/target/classes:$root/jobs/benchmarks/target/lib/*:$root/jobs/cli/target/lib/*" \
  io.trailwatch.benchmarks.RegistryThroughput "$@"
