//! Which peers there are, and where they come from.

use super::peer::{Gpg, Peer, Rnp, Script, Sop};
use crate::Outcome;
use crate::project::Project;
use crate::tools;
use std::path::PathBuf;

/// The Debian releases whose programs are asked. Libraries are asked beside the first one.
pub const NAMES: [&str; 2] = ["bookworm", "trixie"];

/// A peer, and the root of the system that it runs in, if that is another one.
pub struct Named {
    pub name: &'static str,
    pub root: Option<PathBuf>,
    pub peer: Box<dyn Peer>,
}

/// The peers of a suite; what is missing is installed.
pub fn peers(project: &Project, suite: &str) -> Outcome<Vec<Named>> {
    match suite {
        "trixie" => trixie(project),
        _ => bookworm(project),
    }
}

/// What the profiles of most programs come to.
fn seipds() -> Vec<(&'static str, &'static str)> {
    vec![
        ("seipd1", "rfc4880"),
        ("ocb", "rfc9580"),
        ("password", "rfc4880"),
        ("argon2", "rfc9580"),
    ]
}

fn bookworm(project: &Project) -> Outcome<Vec<Named>> {
    tools::debian::get(&["gnupg", "sqop", "rnp"])?;
    let sqop = Sop {
        program: "sqop".to_owned(),
        generates: vec![("curve25519", "")],
        encrypts: vec![("seipd1", ""), ("password", "")],
    };
    // On the same library as Waxseal: what it shows is about rules and the command line, not about cryptography.
    let rsop = Sop {
        program: tools::cargo::rsop(project)?
            .join("rsop")
            .to_string_lossy()
            .into_owned(),
        generates: vec![
            ("rsa", "rfc4880"),
            ("curve25519", ""),
            ("v6", "rfc9580"),
            ("pqc-v4", "rfc9980-v4"),
            ("pqc-v6", "rfc9980"),
        ],
        encrypts: seipds(),
    };
    let mut all = vec![
        here("gpg", Box::new(Gpg { makes_ocb: false })),
        here("sqop", Box::new(sqop)),
        here("rnp", Box::new(Rnp)),
    ];
    for (name, script) in ["openpgpjs", "pysequoia"]
        .into_iter()
        .zip(libraries(project)?)
    {
        all.push(here(name, Box::new(script)));
    }
    all.push(here("rsop", Box::new(rsop)));
    Ok(all)
}

fn trixie(project: &Project) -> Outcome<Vec<Named>> {
    let packages = ["gnupg", "sqop", "gosop", "rnp"];
    let root = tools::chroot::install(project, "trixie", &packages)?;
    let sqop = Sop {
        program: "sqop".to_owned(),
        generates: vec![("rsa", "rfc4880"), ("curve25519", ""), ("v6", "rfc9580")],
        encrypts: seipds(),
    };
    let gosop = Sop {
        program: "gosop".to_owned(),
        generates: vec![("rsa", "rfc4880"), ("curve25519", ""), ("v6", "rfc9580")],
        encrypts: seipds(),
    };
    let there = |name, peer: Box<dyn Peer>| Named {
        name,
        root: Some(root.clone()),
        peer,
    };
    Ok(vec![
        there("gpg-trixie", Box::new(Gpg { makes_ocb: true })),
        there("sqop-trixie", Box::new(sqop)),
        there("gosop", Box::new(gosop)),
        there("rnp-trixie", Box::new(Rnp)),
    ])
}

fn here(name: &'static str, peer: Box<dyn Peer>) -> Named {
    Named {
        name,
        root: None,
        peer,
    }
}

/// The libraries: OpenPGP.js, pysequoia.
pub fn libraries(project: &Project) -> Outcome<[Script; 2]> {
    tools::node::install(project)?;
    let python = tools::python::install(project)?;
    let text = |path: PathBuf| path.to_string_lossy().into_owned();
    Ok([
        Script {
            name: "OpenPGP.js",
            interpreter: "node".to_owned(),
            driver: text(project.path("tests/interop/openpgpjs.mjs")),
        },
        Script {
            name: "pysequoia",
            interpreter: text(python),
            driver: text(project.path("tests/interop/sequoia.py")),
        },
    ])
}
