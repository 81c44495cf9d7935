#!/bin/bash -eu
# Builds every fuzzer into $OUT: the program, its committed corpus, its options and its dictionary.
cd "$SRC/tophash"
cargo fuzz build -O --debug-assertions

built=fuzz/target/x86_64-unknown-linux-gnu/release
for program in fuzz/fuzz_targets/*.rs; do
    target=$(basename "$program" .rs)
    cp "$built/$target" "$OUT/"
    zip -q -r -j "$OUT/${target}_seed_corpus.zip" "fuzz/corpus/$target"
    cp "fuzz/options/$target.options" "$OUT/"
done
# Recordings of real Go are the best beginning.
zip -q -j "$OUT/recording_seed_corpus.zip" tools/recordings/*.jsonl
cp fuzz/recording.dict "$OUT/"
