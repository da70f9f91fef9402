#!/usr/bin/env bash
# Measures ./trailwatch replay over a folder of CloudTrail files made large.
#   replay-throughput.sh FOLDER [MEGABYTES [PARALLELISM]]
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
(cd "$root" && ./mvnw -B -q -Pquick -Dmaven.test.skip=false -pl jobs/benchmarks -am package)
"$root/trailwatch" --help >/dev/null # the launcher builds for itself before the clock runs
exec java -Dtrailwatch.home="$root" \
  -cp "$root/jobs/benchmarks/target/classes:$(ls "$root"/jobs/cli/target/lib/jackson-*.jar | tr '\n' ':')" \
  io.trailwatch.benchmarks.ReplayThroughput "$@"
