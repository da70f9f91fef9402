#!/usr/bin/env bash
# Writes a table for seven simulated days at a checkpoint a minute, a tenth of the rows up to 24
# hours late, maintains it every hour, and checks files, snapshots, metadata and the rows of every
# snapshot that is left.
#   lake-week.sh [DAYS [ROWS_PER_CHECKPOINT [HOURS_KEPT]]]
# Some 77 minutes on two busy processors for 7 days, 40 rows, 24 hours, the defaults; a few GB below /tmp.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
(cd "$root" && ./mvnw -B -q -Pquick -Dmaven.test.skip=false -pl jobs/benchmarks -am package)
exec java -Xmx2g \
  -cp "$root/jobs/benchmarks/target/classes:$root/jobs/benchmarks/target/lib/*:$root/jobs/cli/target/lib/*" \
  io.trailwatch.benchmarks.LakeWeek "$@"
