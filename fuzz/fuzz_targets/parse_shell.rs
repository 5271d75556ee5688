//! See `crontools_fuzz::parse_shell`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| crontools_fuzz::parse_shell(data));
