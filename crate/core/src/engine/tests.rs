mod agent;
mod gpg;
pub(crate) mod kit;
mod sealing;
mod writer;
