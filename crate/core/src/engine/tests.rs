mod agent;
mod bits;
pub(crate) mod gpg;
mod gpg_mail;
pub(crate) mod kit;
pub(crate) mod mail_writer;
mod sealing;
mod writer;
