//! Refusals that a test orders, so that every answer of the chain can be had at any moment. A raw storage key names
//! what is to fail, blake2_128("gittensor:fail") and a u16 (little endian): a function of the chain extension, or
//! `RUNTIME_CALL` for whatever contracts dispatch. It lasts until the key is removed. Only the sudo key can set one.

use codec::{Decode, Encode};
use sp_io::{hashing::blake2_128, storage};

/// What stands for the function's number where runtime calls are to be refused.
pub const RUNTIME_CALL: u16 = u16::MAX;

/// The status code that the function answers instead of doing anything, if a test ordered one.
pub fn of(function: u16) -> Option<u32> {
    let key = (blake2_128(b"gittensor:fail"), function).encode();
    storage::get(&key).and_then(|code| u32::decode(&mut code.as_ref()).ok())
}
