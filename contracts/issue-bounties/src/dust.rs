//! The chain's rounding. Stake behind a hotkey is a share of a pool and is rounded down when it is read, so that a movement of it seems to lose a
//! rao at either end. docs/security.md has the proof that these amounts, in rao, are enough.

/// A movement arrives with at most one rao less. A deposit is two movements.
pub(crate) const ROUNDING: u64 = 2;
/// What the pool keeps beyond the books, so that rounding does not uncover them.
pub(crate) const COVER: u64 = 3;
/// The most that a deposit, a withdrawal or a payment costs whom it is for: its rounding, and what the pool lacks of its cover.
pub(crate) const DUST: u64 = ROUNDING + COVER;
