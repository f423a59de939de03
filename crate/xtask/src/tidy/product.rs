//! Rules about what is built, in `dist`.

use crate::Outcome;
use crate::project::{BROWSERS, Project, tree};
use crate::shell::Run;
use serde_json::Value;

/// What runs in web pages, and how many bytes of it at most. The browser parses them again in every frame.
const CONTENT_LIMITS: [(&str, u64); 4] = [
    // In every frame of every page of a site that is switched on.
    ("content.js", 50_000),
    // Where there is something to read.
    ("content-read.js", 42_000),
    // Where a file with the name of an OpenPGP file is linked to.
    ("content-links.js", 34_000),
    // Where something is to be encrypted: once the user is in an editor. It knows the forms of all webmails.
    ("content-write.js", 94_000),
];

pub fn content_scripts(project: &Project) -> Outcome<Vec<String>> {
    let mut broken = Vec::new();
    for browser in BROWSERS {
        for (script, limit) in CONTENT_LIMITS {
            let name = format!("dist/{browser}/{script}");
            let text = project.read(&name)?;
            if text.len() as u64 >= limit {
                broken.push(format!("{name}: {} bytes, more than {limit}", text.len()));
            }
            for word in ["WebAssembly", "_bg.wasm", "waxseal-wasm", "wasm-pkg"] {
                if text.contains(word) {
                    broken.push(format!("{name}: contains {word}"));
                }
            }
        }
        for name in tree(&project.path(&format!("dist/{browser}")))? {
            let known = CONTENT_LIMITS.iter().any(|(script, _)| name == *script);
            if name.starts_with("content") && name.ends_with(".js") && !known {
                broken.push(format!("dist/{browser}/{name}: has no limit of its size"));
            }
        }
    }
    Ok(broken)
}

/// Every window of the extension and every message compiles it: bytes are time. Raw it is what is compiled, deflated what
/// is downloaded. 2.6 MB are meant, and 900 kB (docs/PERFORMANCE.md): these are what it has, so that it grows no further.
const WASM_LIMIT: usize = 2_690_000;
const DEFLATED_WASM_LIMIT: usize = 1_088_000;

/// As gzip does at its best.
const DEFLATE_LEVEL: u8 = 9;

pub fn wasm_size(project: &Project) -> Outcome<Vec<String>> {
    // The same for both browsers.
    let name = "dist/chromium/waxseal_bg.wasm";
    let bytes = std::fs::read(project.path(name)).map_err(|error| format!("{name}: {error}"))?;
    let deflated = miniz_oxide::deflate::compress_to_vec(&bytes, DEFLATE_LEVEL).len();
    println!("{name}: {} bytes, deflated {deflated}", bytes.len());
    let sizes = [
        ("", bytes.len(), WASM_LIMIT),
        (" deflated", deflated, DEFLATED_WASM_LIMIT),
    ];
    Ok(sizes
        .iter()
        .filter(|(_, size, limit)| size >= limit)
        .map(|(how, size, limit)| format!("{name}:{how} {size} bytes, more than {limit}"))
        .collect())
}

/// Neither the checkout nor the folders of cargo and rustup may be named: they say who built it, and break reproducibility.
pub fn no_local_paths(project: &Project) -> Outcome<Vec<String>> {
    let sysroot = Run::new("rustc").args(["--print", "sysroot"]).output()?;
    let mut forbidden = vec![".cargo/registry".to_owned()];
    let ours = ["crate", "extension", "node_modules", "target", "tests"];
    forbidden.extend(traces(&project.root.to_string_lossy(), &ours));
    forbidden.extend(traces(sysroot.trim(), &["lib"]));
    for (variable, has) in [
        ("CARGO_HOME", &["registry", "git"][..]),
        ("HOME", &[".cache", ".cargo", ".npm", ".rustup"]),
    ] {
        if let Some(folder) = std::env::var_os(variable) {
            forbidden.extend(traces(&folder.to_string_lossy(), has));
        }
    }
    let mut broken = Vec::new();
    for browser in BROWSERS {
        let folder = format!("dist/{browser}");
        for name in tree(&project.path(&folder))? {
            let path = project.path(&folder).join(&name);
            let bytes = std::fs::read(&path).map_err(|error| format!("{name}: {error}"))?;
            for word in &forbidden {
                if contains(&bytes, word.as_bytes()) {
                    broken.push(format!("{folder}/{name}: contains {word}"));
                }
            }
        }
    }
    Ok(broken)
}

/// What a folder of this machine would be found by. One at the root of the file system has a name that stands in the middle of
/// others' paths as well (`/src`, `/app`): it counts with a folder that it has.
fn traces(folder: &str, has: &[&str]) -> Vec<String> {
    let folder = folder.trim_end_matches('/');
    match folder.matches('/').count() {
        0 => Vec::new(),
        1 => has.iter().map(|name| format!("{folder}/{name}/")).collect(),
        _ => vec![folder.to_owned()],
    }
}

/// Draws PDF files that may be hostile: pdf.js, which `extension/pdf.mjs` changes while it is bundled.
const PDF_WORKER: &str = "pdf-worker.js";

/// It makes no code from strings and loads none, whatever a new version of pdf.js brings.
pub fn pdf_worker(project: &Project) -> Outcome<Vec<String>> {
    let mut broken = Vec::new();
    for browser in BROWSERS {
        let name = format!("dist/{browser}/{PDF_WORKER}");
        let text = project.read(&name)?;
        for word in code_words(&text) {
            broken.push(format!("{name}: contains {word}"));
        }
    }
    Ok(broken)
}

fn code_words(text: &str) -> Vec<&'static str> {
    const WORDS: [&str; 5] = [
        " eval(",
        "new Function(",
        "Function(\"",
        "Function('",
        "import(",
    ];
    let found = WORDS.iter().filter(|word| text.contains(**word));
    found.copied().collect()
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

/// One manifest for both browsers: nothing but the version may be different in what ships.
pub fn manifest(project: &Project) -> Outcome<Vec<String>> {
    let mut wanted = project.json("manifest.json")?;
    if let Some(version) = wanted.get_mut("version") {
        *version = Value::String(project.version()?);
    }
    let mut broken = Vec::new();
    for browser in BROWSERS {
        let name = format!("dist/{browser}/manifest.json");
        if project.json(&name)? != wanted {
            broken.push(format!(
                "{name} is not manifest.json with the version stamped"
            ));
        }
    }
    let policy = wanted.pointer("/content_security_policy/extension_pages");
    if policy != Some(&Value::from(POLICY)) {
        broken.push(
            "the content security policy changed; if that is meant, change it here too".to_owned(),
        );
    }
    Ok(broken)
}

/// Nothing but the extension's own files: no remote script, style or frame. Pictures of the web are for `REMOTE_PAGE` alone,
/// requests to key directories and the key server for `LOOKUP_PAGES`; what the pages themselves say forbids them everywhere
/// else.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' blob: https:; frame-src 'self'; connect-src 'self' \
    https://*:443/.well-known/openpgpkey/ https://keys.openpgp.org/vks/v1/; worker-src 'self'; base-uri 'none'; \
    form-action 'none'";

/// The one page that may load pictures from the web: the HTML of a mail whose reader clicked for them. It has no script.
const REMOTE_PAGE: &str = "mail-body-remote.html";

/// What may ask servers for keys: a window in which the user says so, and its frame. They show nothing of any message.
const LOOKUP_PAGES: [&str; 2] = ["lookup.html", "asking.html"];

pub fn page_policies(project: &Project) -> Outcome<Vec<String>> {
    let mut broken = Vec::new();
    for browser in BROWSERS {
        let folder = format!("dist/{browser}");
        for name in tree(&project.path(&folder))? {
            if !name.ends_with(".html") {
                continue;
            }
            let page = project.read(&format!("{folder}/{name}"))?;
            for problem in page_problems(&name, &page) {
                broken.push(format!("{folder}/{name}: {problem}"));
            }
        }
    }
    Ok(broken)
}

fn page_problems(name: &str, page: &str) -> Vec<&'static str> {
    const OPENING: &str = "<meta http-equiv=\"Content-Security-Policy\" content=\"";
    let mut problems = Vec::new();
    let mut pieces = page.split(OPENING);
    let before = pieces.next().unwrap_or_default();
    let policy = pieces.next().and_then(|rest| rest.split('"').next());
    if policy.is_none() || pieces.next().is_some() {
        problems.push("has not exactly one policy of its own");
    }
    if ["<link", "<script", "<style", "<img", "<iframe"]
        .iter()
        .any(|tag| before.contains(tag))
    {
        problems.push("loads something before its policy");
    }
    let policy = policy.unwrap_or_default();
    if name != REMOTE_PAGE && !is_narrow(policy, "img-src") {
        problems.push("may load pictures from the web");
    }
    if !LOOKUP_PAGES.contains(&name) && !is_narrow(policy, "connect-src") {
        problems.push("may ask servers of the web");
    }
    if name.starts_with("mail-body") && page.contains("<script") {
        problems.push("has a script beside the HTML of a mail");
    }
    problems
}

/// Whether a policy keeps what a directive is about within the extension. One that does not have it must forbid all by
/// default: else the manifest's would hold, which is wider.
fn is_narrow(policy: &str, directive: &str) -> bool {
    let mut all = policy.split(';').map(str::trim);
    let of = |one: &&str| one.split(' ').next() == Some(directive);
    let found: Vec<&str> = all.clone().filter(of).collect();
    match found.as_slice() {
        [only] => !["http:", "https:", "*", "//"]
            .iter()
            .any(|word| only.contains(word)),
        [] => directive != "img-src" && all.any(|one| one == "default-src 'none'"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{contains, is_narrow, traces};

    #[test]
    fn a_short_path_is_told_from_the_middle_of_another() {
        let found = |folder: &str, text: &str| {
            let has = traces(folder, &["crate", "target"]);
            has.iter()
                .any(|word| contains(text.as_bytes(), word.as_bytes()))
        };
        for (folder, text, leaks) in [
            ("/src", "library/core/src/lib.rs", false),
            ("/src", "no key/src/crate/core/src/lib.rs", true),
            ("/app/", "program/js/app/app.js", false),
            ("/app", "/app/target/wasm-pkg", true),
            ("/home/alice", "in /home/alice/.npm", true),
            ("/", "/crate/", false),
        ] {
            assert_eq!(found(folder, text), leaks, "{folder}: {text}");
        }
    }

    #[test]
    fn a_page_says_itself_what_it_does_not_need() {
        for (policy, narrow) in [
            ("img-src 'self'; connect-src 'self'", true),
            ("img-src 'self'", false),
            ("default-src 'none'; img-src blob:", true),
            ("connect-src 'self' https://example.org", false),
            ("connect-src 'self'; connect-src *", false),
            ("default-src 'self'", false),
            ("", false),
        ] {
            assert_eq!(is_narrow(policy, "connect-src"), narrow, "{policy}");
        }
        assert!(!is_narrow("default-src 'none'", "img-src"));
    }
}
