//! The commands.

mod about;
mod armoring;
mod certs;
mod decrypt;
mod encrypt;
mod generate;
mod secret;
mod sign;
mod update;
mod user_ids;
mod verify;

use crate::args::{Args, Grammar};
use crate::failure::Failure;

/// One command.
struct Command {
    name: &'static str,
    /// What follows the name, for the help.
    usage: &'static str,
    grammar: Grammar,
    run: fn(&Args) -> Result<(), Failure>,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "version",
        usage: "[--backend | --extended | --sop-spec | --sopv]",
        grammar: Grammar {
            flags: &["backend", "extended", "sop-spec", "sopv"],
            single: &[],
            many: &[],
        },
        run: about::version,
    },
    Command {
        name: "list-profiles",
        usage: "SUBCOMMAND",
        grammar: Grammar {
            flags: &[],
            single: &[],
            many: &[],
        },
        run: about::list_profiles,
    },
    Command {
        name: "generate-key",
        usage: "[--no-armor] [--with-key-password=PASSWORD] [--profile=PROFILE] [--signing-only] [USERID...]",
        grammar: Grammar {
            flags: &["no-armor", "signing-only"],
            single: &["profile", "with-key-password"],
            many: &[],
        },
        run: generate::generate_key,
    },
    Command {
        name: "change-key-password",
        usage: "[--no-armor] [--new-key-password=PASSWORD] [--old-key-password=PASSWORD...] <KEYS",
        grammar: Grammar {
            flags: &["no-armor"],
            single: &["new-key-password"],
            many: &["old-key-password"],
        },
        run: secret::change_key_password,
    },
    Command {
        name: "revoke-key",
        usage: "[--no-armor] [--with-key-password=PASSWORD...] <KEYS",
        grammar: Grammar {
            flags: &["no-armor"],
            single: &[],
            many: &["with-key-password"],
        },
        run: update::revoke_key,
    },
    Command {
        name: "extract-cert",
        usage: "[--no-armor] <KEYS",
        grammar: Grammar {
            flags: &["no-armor"],
            single: &[],
            many: &[],
        },
        run: certs::extract_cert,
    },
    Command {
        name: "update-key",
        usage: "[--no-armor] [--signing-only] [--no-added-capabilities] [--revoke-deprecated-keys] [--with-key-password=PASSWORD...] [--merge-certs=CERTS...] <KEYS",
        grammar: Grammar {
            flags: &[
                "no-armor",
                "signing-only",
                "no-added-capabilities",
                "revoke-deprecated-keys",
            ],
            single: &[],
            many: &["with-key-password", "merge-certs"],
        },
        run: update::update_key,
    },
    Command {
        name: "merge-certs",
        usage: "[--no-armor] CERTS... <CERTS",
        grammar: Grammar {
            flags: &["no-armor"],
            single: &[],
            many: &[],
        },
        run: certs::merge_certs,
    },
    Command {
        name: "certify-userid",
        usage: "[--no-armor] --userid=USERID... [--with-key-password=PASSWORD...] [--no-require-self-sig] KEYS... <CERTS",
        grammar: Grammar {
            flags: &["no-armor", "no-require-self-sig"],
            single: &[],
            many: &["userid", "with-key-password"],
        },
        run: user_ids::certify,
    },
    Command {
        name: "validate-userid",
        usage: "[--addr-spec-only] [--validate-at=DATE] USERID CERTS... <CERTS",
        grammar: Grammar {
            flags: &["addr-spec-only"],
            single: &["validate-at"],
            many: &[],
        },
        run: user_ids::validate,
    },
    Command {
        name: "sign",
        usage: "[--no-armor] [--as=binary|text] [--micalg-out=MICALG] [--with-key-password=PASSWORD...] KEYS... <DATA",
        grammar: Grammar {
            flags: &["no-armor"],
            single: &["as", "micalg-out"],
            many: &["with-key-password"],
        },
        run: sign::sign,
    },
    Command {
        name: "verify",
        usage: "[--not-before=DATE] [--not-after=DATE] SIGNATURES CERTS... <DATA",
        grammar: Grammar {
            flags: &[],
            single: &["not-before", "not-after"],
            many: &[],
        },
        run: verify::verify,
    },
    Command {
        name: "encrypt",
        usage: "[--as=binary|text] [--for=any|communications|storage] [--no-armor] [--with-password=PASSWORD...] [--sign-with=KEYS...] [--with-key-password=PASSWORD...] [--profile=PROFILE] [--session-key-out=SESSIONKEY] [CERTS...] <DATA",
        grammar: Grammar {
            flags: &["no-armor"],
            single: &["as", "for", "profile", "session-key-out"],
            many: &["with-password", "sign-with", "with-key-password"],
        },
        run: encrypt::encrypt,
    },
    Command {
        name: "decrypt",
        usage: "[--session-key-out=SESSIONKEY] [--with-session-key=SESSIONKEY...] [--with-password=PASSWORD...] [--with-key-password=PASSWORD...] [--verifications-out=VERIFICATIONS --verify-with=CERTS... [--verify-not-before=DATE] [--verify-not-after=DATE]] [KEYS...] <CIPHERTEXT",
        grammar: Grammar {
            flags: &[],
            single: &[
                "session-key-out",
                "verifications-out",
                "verify-out",
                "verify-not-before",
                "verify-not-after",
            ],
            many: &[
                "with-session-key",
                "with-password",
                "with-key-password",
                "verify-with",
            ],
        },
        run: decrypt::decrypt,
    },
    Command {
        name: "inline-detach",
        usage: "[--no-armor] --signatures-out=SIGNATURES <INLINESIGNED",
        grammar: Grammar {
            flags: &["no-armor"],
            single: &["signatures-out"],
            many: &[],
        },
        run: verify::inline_detach,
    },
    Command {
        name: "inline-verify",
        usage: "[--not-before=DATE] [--not-after=DATE] [--verifications-out=VERIFICATIONS] CERTS... <INLINESIGNED",
        grammar: Grammar {
            flags: &[],
            single: &["not-before", "not-after", "verifications-out"],
            many: &[],
        },
        run: verify::inline_verify,
    },
    Command {
        name: "inline-sign",
        usage: "[--no-armor] [--as=binary|text|clearsigned] [--with-key-password=PASSWORD...] KEYS... <DATA",
        grammar: Grammar {
            flags: &["no-armor"],
            single: &["as"],
            many: &["with-key-password"],
        },
        run: sign::inline_sign,
    },
    Command {
        name: "armor",
        usage: "<DATA",
        grammar: Grammar {
            flags: &[],
            single: &[],
            many: &[],
        },
        run: armoring::armor,
    },
    Command {
        name: "dearmor",
        usage: "<DATA",
        grammar: Grammar {
            flags: &[],
            single: &[],
            many: &[],
        },
        run: armoring::dearmor,
    },
];

/// Runs the command that the words name.
pub fn run(words: Vec<String>) -> Result<(), Failure> {
    let mut words = words.into_iter().filter({
        // It may stand before the command too.
        let mut before = true;
        move |word| {
            let skip = before && word == "--debug";
            before &= skip;
            !skip
        }
    });
    let name = words
        .next()
        .ok_or_else(|| Failure::MissingArg("a command (see waxseal-sop help)".into()))?;
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        return about::help();
    }
    let command = COMMANDS.iter().find(|one| one.name == name);
    let command = command.ok_or(Failure::UnsupportedSubcommand(name))?;
    (command.run)(&Args::parse(words, &command.grammar)?)
}
