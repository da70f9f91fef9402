#!/usr/bin/env bash
# Measures the Kinesis source in eight cases and prints a table in Markdown; takes some two minutes.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
(cd "$root" && ./mvnw -B -q -Pquick -Dmaven.test.skip=false -pl jobs/benchmarks -am package)
opens=()
for package in lang net io nio lang.reflect text time util util.concurrent \
  util.concurrent.atomic util.concurrent.locks; do
  opens+=("--add-opens=java.base/java.$package=ALL-UNNAMED")
done
exec java -Xms2g -Xmx2g "${opens[@]}" --add-opens=java.base/sun.nio.ch=ALL-UNNAMED \
  -Dtrailwatch.home="$root" \
  -cp "$root/jobs/benchmarks/target/classes:$(ls "$root"/connectors/kinesis/target/*-tests.jar):$root/jobs/cli/target/lib/*" \
  io.trailwatch.benchmarks.KinesisSourceThroughput
