//! What calls weigh: Subtensor's benchmarks of July 2026, or of June where they say so. Contracts pay the same for a call as its sender would.

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

// June 2026.
pub const BURNED_REGISTER: Weight = cost(336_815_000, 6_148, 34, 29);
pub const REGISTER_LIMIT: Weight = cost(354_200_000, 0, 47, 40);
pub const REGISTER_NETWORK: Weight = cost(277_125_000, 9_947, 40, 48);
pub const ROOT_DISSOLVE_NETWORK: Weight = cost(119_000_000, 0, 6, 31);
pub const START_CALL: Weight = cost(39_454_000, 4_583, 5, 2);
pub const SET_IDENTITY: Weight = cost(32_040_000, 6_829, 3, 1);
pub const SET_SUBNET_IDENTITY: Weight = cost(17_513_000, 4_060, 1, 1);
pub const DECREASE_TAKE: Weight = cost(29_895_000, 4_295, 3, 2);
pub const INCREASE_TAKE: Weight = cost(37_710_000, 4_388, 5, 2);
pub const TRY_ASSOCIATE_HOTKEY: Weight = cost(25_337_000, 4_283, 3, 3);
pub const SWAP_HOTKEY: Weight = cost(1_242_038_000, 28_912, 182, 99);
pub const SWAP_HOTKEY_V2: Weight = cost(275_300_000, 0, 52, 35);
pub const ANNOUNCE_COLDKEY_SWAP: Weight = cost(47_248_000, 4_159, 4, 3);
pub const SWAP_COLDKEY_ANNOUNCED: Weight = cost(288_156_000, 13_000, 37, 15);
pub const LOCK_STAKE: Weight = cost(115_995_000, 7_655, 17, 3);
pub const MOVE_LOCK: Weight = cost(149_819_000, 7_339, 14, 6);
pub const SET_REJECT_LOCKED_ALPHA: Weight = cost(0, 0, 1, 1);
pub const ENABLE_VOTING_POWER: Weight = cost(10_000, 0, 2, 2);
pub const DISABLE_VOTING_POWER: Weight = cost(10_000, 0, 2, 1);
pub const SET_VOTING_POWER_ALPHA: Weight = cost(6_000, 0, 1, 1);

/// What Subtensor reserves, of every transaction, for finding who pays its fee.
pub const FIND_PAYER: Weight = reads(3);
/// What it looks up, of every transaction, about a swap of the signer's coldkey.
pub const CHECK_COLDKEY_SWAP: Weight = cost(17_583_000, 4_198, 2, 0);

/// Behind how many hotkeys an account may have stake by what it does itself; half as many by what others do.
pub const MAX_STAKING_HOTKEYS: u64 = 256;

/// Reading what an account has behind that many hotkeys.
pub const fn walk(hotkeys: u64) -> Weight {
    reads(14 * hotkeys + 1)
}

/// What a call that takes stake away is said to cost: as if the account had as many hotkeys as it may.
pub const fn exit(own: Weight) -> Weight {
    own.saturating_add(walk(MAX_STAKING_HOTKEYS))
}

/// Reading that many values.
pub const fn reads(count: u64) -> Weight {
    cost(0, 0, count, 0)
}

const fn cost(ref_time: u64, proof_size: u64, reads: u64, writes: u64) -> Weight {
    Weight::from_parts(ref_time + reads * DB_WEIGHT.read + writes * DB_WEIGHT.write, proof_size)
}
