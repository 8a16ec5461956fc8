//! What calls weigh: Subtensor's benchmarks of July 2026. Contracts pay the same for a call as its sender would.

use frame_support::weights::{RuntimeDbWeight, Weight};

/// Subtensor's price of a storage access, in picoseconds.
pub const DB_WEIGHT: RuntimeDbWeight = RuntimeDbWeight { read: 25_000_000, write: 100_000_000 };

pub const ADD_STAKE: Weight = cost(310_000_000, 8_727, 32, 16);
pub const REMOVE_STAKE: Weight = cost(299_000_000, 10_557, 30, 13);
pub const UNSTAKE_ALL: Weight = cost(15_000_000, 9_189, 6, 0);
pub const UNSTAKE_ALL_ALPHA: Weight = cost(384_000_000, 11_306, 45, 25);
pub const MOVE_STAKE: Weight = cost(110_000_000, 7_919, 20, 7);
pub const TRANSFER_STAKE: Weight = cost(142_000_000, 7_963, 21, 7);
pub const SWAP_STAKE: Weight = cost(388_000_000, 10_920, 49, 24);
pub const ADD_STAKE_LIMIT: Weight = cost(395_000_000, 8_727, 32, 16);
pub const REMOVE_STAKE_LIMIT: Weight = cost(387_000_000, 10_591, 29, 13);
pub const SWAP_STAKE_LIMIT: Weight = cost(484_000_000, 11_077, 49, 24);
pub const REMOVE_STAKE_FULL_LIMIT: Weight = cost(415_000_000, 10_591, 29, 13);
pub const SET_AUTO_STAKE_HOTKEY: Weight = cost(17_000_000, 4_274, 4, 2);
pub const RECYCLE_ALPHA: Weight = cost(98_000_000, 5_219, 15, 6);
pub const BURN_ALPHA: Weight = cost(102_000_000, 5_219, 14, 4);

/// Reading that many values.
pub const fn reads(count: u64) -> Weight {
    cost(0, 0, count, 0)
}

const fn cost(ref_time: u64, proof_size: u64, reads: u64, writes: u64) -> Weight {
    Weight::from_parts(ref_time + reads * DB_WEIGHT.read + writes * DB_WEIGHT.write, proof_size)
}
