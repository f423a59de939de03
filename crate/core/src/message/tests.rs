mod bomb;
mod cleartext;
mod encrypted;
mod stored;
mod structure;
