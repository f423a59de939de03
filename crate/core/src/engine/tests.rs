mod agent;
mod bits;
mod gpg;
pub(crate) mod kit;
mod sealing;
mod writer;
