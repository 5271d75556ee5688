//! See `crontools_fuzz::tzif`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| crontools_fuzz::tzif(data));
