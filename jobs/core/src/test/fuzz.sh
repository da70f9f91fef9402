#!/usr/bin/env bash
# Fuzzes DecodeFuzzer, from the golden inputs on: fuzz.sh SECONDS -cp CLASS_PATH, called by the profile fuzz.
set -euo pipefail
seconds=$1
shift
work=target/fuzz
mkdir -p "$work/corpus" "$work/seeds"
find src/test/resources/golden src/test/resources/fuzz ../../schemas/src/main/resources -type f \
  ! -name '*.row.json' ! -name '*.avsc' -size -64k | while read -r file; do
  cp "$file" "$work/seeds/$(echo "$file" | tr '/' '_')"
done
exec java -Xmx1g "$@" com.code_intelligence.jazzer.Jazzer \
  --target_class=io.trailwatch.core.unwrap.DecodeFuzzer \
  --instrumentation_includes='io.trailwatch.**' \
  --custom_hook_includes='io.trailwatch.**' \
  --keep_going=20 \
  --reproducer_path="$work" \
  -artifact_prefix="$work/" -timeout=20 -rss_limit_mb=2048 -max_len=65536 \
  -max_total_time="$seconds" "$work/corpus" "$work/seeds"
