//! See `crontools_fuzz::parse_crontab`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| crontools_fuzz::parse_crontab(data));
