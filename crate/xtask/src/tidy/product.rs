//! Rules about what is built, in `dist`.

use crate::Outcome;
use crate::project::{BROWSERS, Project, tree};
use crate::shell::Run;
use serde_json::Value;

/// It is loaded into every enabled page.
const CONTENT_LIMIT: u64 = 50_000;

pub fn content_script(project: &Project) -> Outcome<Vec<String>> {
    let mut broken = Vec::new();
    for browser in BROWSERS {
        let name = format!("dist/{browser}/content.js");
        let text = project.read(&name)?;
        if text.len() as u64 >= CONTENT_LIMIT {
            broken.push(format!(
                "{name}: {} bytes, more than {CONTENT_LIMIT}",
                text.len()
            ));
        }
        for word in ["WebAssembly", "_bg.wasm", "waxseal-wasm", "wasm-pkg"] {
            if text.contains(word) {
                broken.push(format!("{name}: contains {word}"));
            }
        }
    }
    Ok(broken)
}

/// Every window of the extension and every message compiles it: bytes are time. Raw it is what is compiled, deflated what
/// is downloaded. Not more than it is now; 2.6 MB and 900 kB are meant (docs/PERFORMANCE.md).
const WASM_LIMIT: usize = 2_700_000;
const DEFLATED_WASM_LIMIT: usize = 1_050_000;

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
    let mut forbidden = vec![
        project.root.to_string_lossy().into_owned(),
        sysroot.trim().to_owned(),
        ".cargo/registry".to_owned(),
    ];
    if let Some(home) = std::env::var_os("CARGO_HOME") {
        forbidden.push(home.to_string_lossy().into_owned());
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

/// Nothing but the extension's own files: no remote script, style, picture, frame, or request.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'";
