mod agent;
mod bits;
pub(crate) mod gpg;
pub(crate) mod kit;
mod sealing;
mod writer;
