#!/usr/bin/env bash
# Measures unwrap, decode and normalise, each alone and together, and what poison costs, with JMH.
#   decode-throughput.sh SHARED_DATA [JMH ARGUMENTS]
# Without arguments: both benchmarks with the allocation profiler, about 8 minutes.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
data=$(cd "${1:?the folder of real logs}" && pwd)
shift
(cd "$root" && ./mvnw -B -q -Pquick -Dmaven.test.skip=false -pl jobs/benchmarks -am package)
exec java -Dtrailwatch.shared.data="$data" \
  -cp "$root/jobs/benchmarks/target/classes:$root/jobs/benchmarks/target/lib/*:$root/jobs/cli/target/lib/*" \
  org.openjdk.jmh.Main -prof gc -jvmArgsAppend "-Dtrailwatch.shared.data=$data -Xmx2g" "$@"
