//! Refusals that a test orders, so that every answer of the chain can be had at any moment. A raw storage key names
//! what is to fail, blake2_128("gittensor:fail") and a u16 (little endian): a function of the chain extension, or
//! `RUNTIME_CALL` for whatever contracts dispatch. Its value is a u32 and bytes. It lasts until the key is removed. Only
//! the sudo key can set one.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use sp_io::{hashing::blake2_128, storage};

/// What stands for the function's number where runtime calls are to be refused.
pub const RUNTIME_CALL: u16 = u16::MAX;

/// Stands for a status code where a function is to trap, as one that does not exist.
pub const TRAP: u32 = u32::MAX;

/// The status code that the function answers instead of doing anything, and its output, if a test ordered them.
pub fn of(function: u16) -> Option<(u32, Vec<u8>)> {
    let value = storage::get(&(blake2_128(b"gittensor:fail"), function).encode())?;
    let mut rest = value.as_ref();
    let code = u32::decode(&mut rest).ok()?;
    Some((code, rest.to_vec()))
}
