mod bomb;
mod cleartext;
mod encrypted;
mod passwords;
mod stored;
mod structure;
mod told;
