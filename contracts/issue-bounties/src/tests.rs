//! Unit tests with ink!'s off-chain environment. It cannot revert a refused message, call the runtime or lock code: the tests over RPC do.

mod asking;
mod chain;
mod changing;
mod configuring;
mod depositing;
mod ending;
mod enrolling;
mod funding;
mod keeping;
mod moving;
mod owning;
mod pairing;
mod paying;
mod preparing;
mod proving;
mod recycling;
mod registering;
mod rounding;
mod scenes;
mod slashing;
mod telling;
mod vetoing;
mod waiting;
mod whitelisting;
mod winding_up;
