#!/usr/bin/env bash
# How many events a second one core matches with rules, and what that allocates.
# Usage: rule-throughput.sh SHARED_DATA [JMH ARGUMENTS]
# Without arguments: all sets of rules and logs with the allocation profiler, about 10 minutes. Beforehand it tells how long the rules
# take to load and how much heap they keep.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
data=$(cd "${1:?the folder of real logs}" && pwd)
shift
(cd "$root" && ./mvnw -B -q -Pquick -Dmaven.test.skip=false -pl jobs/benchmarks -am package)
classes="$root/jobs/benchmarks/target/classes:$root/jobs/benchmarks/target/lib/*:$root/jobs/cli/target/lib/*"
java -Xmx2g -Dtrailwatch.shared.data="$data" -cp "$classes" io.trailwatch.benchmarks.RuleLoadCost
exec java -Dtrailwatch.shared.data="$data" -cp "$classes" \
  org.openjdk.jmh.Main RuleBenchmark -prof gc -jvmArgsAppend "-Dtrailwatch.shared.data=$data -Xmx2g" "$@"
