//! Unit tests with ink!'s off-chain environment. It cannot revert a refused message nor call the runtime: the tests over RPC do.

mod chain;
mod configuring;
mod ending;
mod enrolling;
mod funding;
mod owning;
mod pairing;
mod registering;
mod whitelisting;
