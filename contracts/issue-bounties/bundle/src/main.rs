//! Makes the contract's file from its compiled code.
//!
//!     bundle strip IN.wasm OUT.wasm      what pallet-contracts accepts of a linked module
//!     bundle write CODE.wasm RUSTC OUT   the `.contract` file: code and metadata; prints the code's hash

mod module;

use ink::env::hash::{Blake2x256, CryptoHash};
use issue_bounties::EDITION;
use serde_json::json;
use std::{error::Error, fs};

extern "Rust" {
    fn __ink_generate_metadata() -> ink::metadata::InkProject;
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::from("0x"), |text, byte| format!("{text}{byte:02x}"))
}

fn bundle(code: &[u8], rustc: &str) -> Result<(String, String), Box<dyn Error>> {
    let mut hash = [0; 32];
    <Blake2x256 as CryptoHash>::hash(code, &mut hash);
    // SAFETY: ink!'s macro defines this symbol in the contract's library with this signature.
    let mut metadata = serde_json::to_value(unsafe { __ink_generate_metadata() })?;
    // The linker collects the events in an order of its own.
    if let Some(events) = metadata["spec"]["events"].as_array_mut() {
        events.sort_by_key(|event| event["label"].as_str().map(String::from));
    }
    let mut document = json!({
        "source": { "hash": hex(&hash), "language": "ink! 5.1.1", "compiler": format!("rustc {rustc}"), "wasm": hex(code) },
        "contract": { "name": "issue_bounties", "version": format!("{EDITION}.0.0"), "authors": ["Gittensor"] },
        "image": null,
    });
    if let (Some(document), Some(metadata)) = (document.as_object_mut(), metadata.as_object()) {
        document.extend(metadata.clone());
    }
    Ok((hex(&hash), serde_json::to_string(&document)?))
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["strip", from, to] => fs::write(to, module::strip(&fs::read(from)?)?)?,
        ["write", code, rustc, to] => {
            let code = fs::read(code)?;
            let (hash, text) = bundle(&code, rustc)?;
            fs::write(to, text + "\n")?;
            println!("{} bytes, code hash {hash}", code.len());
        }
        _ => return Err("usage: bundle strip IN.wasm OUT.wasm | bundle write CODE.wasm RUSTC OUT.contract".into()),
    }
    Ok(())
}
