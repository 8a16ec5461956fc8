//! Unit tests with ink!'s off-chain environment. It cannot revert a refused message nor call the runtime: the tests over RPC do.

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
mod registering;
mod slashing;
mod vetoing;
mod whitelisting;
