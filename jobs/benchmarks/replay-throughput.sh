#!/usr/bin/env bash
# Measures ./trailwatch replay over a folder of CloudTrail files made large.
#   replay-throughput.sh FOLDER [MEGABYTES [PARALLELISM [POISON]]]
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
(cd "$root" && ./mvnw -B -q -Pquick -Dmaven.test.skip=false -pl jobs/benchmarks -am package)
# The launcher builds, and makes its class-data archives, before the clock runs.
"$root/trailwatch" --help >/dev/null
"$root/trailwatch" replay "$root/schemas/src/main/resources" --warehouse "$(mktemp -d)/warehouse" >/dev/null
exec java -Dtrailwatch.home="$root" \
  -cp "$root/jobs/benchmarks/target/classes:$(ls "$root"/jobs/cli/target/lib/jackson-*.jar | tr '\n' ':')" \
  io.trailwatch.benchmarks.ReplayThroughput "$@"
