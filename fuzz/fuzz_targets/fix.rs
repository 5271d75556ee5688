//! See `crontools_fuzz::fix`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| crontools_fuzz::fix(data));
