#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| waxseal_hostile::fuzz::mime(data));
