//! See `crontools_fuzz::next_occurrence`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| crontools_fuzz::next_occurrence(data));
