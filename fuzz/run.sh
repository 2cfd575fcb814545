#!/bin/sh
# Runs every fuzz target for some seconds, on a memory of 1 GB and with 5 s for one input; says for each how often it ran, and what it found.
# With FEWER=1 the sanitizer is left out, which runs several times as fast; RUNS=N ends a target after so many runs, LENGTH=N is the longest
# input in bytes (4096).
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift || true
targets=${*:-$(sed -n 's/^name = "\([a-z]*\)"$/\1/p' fuzz/Cargo.toml)}
sanitizer=address
[ -n "${FEWER:-}" ] && sanitizer=none
found=0
for target in $targets; do
    mkdir -p "fuzz/corpus/$target"
    log=$(mktemp)
    if cargo +nightly fuzz run --fuzz-dir fuzz -O -a -s "$sanitizer" "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" tests/wire/formats -- \
        -max_total_time="$seconds" -runs="${RUNS:--1}" -max_len="${LENGTH:-4096}" -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 >"$log" 2>&1; then
        verdict="nothing found"
    else
        verdict="FOUND: $(grep -o 'Test unit written to .*' "$log" | tail -1)"
        found=1
    fi
    echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") executions, $verdict"
    [ "$verdict" = "nothing found" ] || tail -30 "$log"
    rm -f "$log"
done
exit $found
