//! See `crontools_fuzz::parse_schedule`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| crontools_fuzz::parse_schedule(data));
