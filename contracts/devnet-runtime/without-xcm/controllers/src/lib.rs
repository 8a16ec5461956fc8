//! The traits by which pallet-contracts hands XCM messages on. The dev chain has no XCM: no message exists that could be handed
//! on. They stand in for the crate of the same name, which is under the GPL.

#![no_std]

extern crate alloc;

use alloc::boxed::Box;
use sp_runtime::DispatchError;
use sp_weights::Weight;
use xcm::{VersionedLocation, VersionedXcm};

/// Executes and sends messages. pallet-contracts is configured with one.
pub trait Controller<Origin, Call, Timeout>: ExecuteController<Origin, Call> + SendController<Origin> {}

/// What executing a message costs, besides the message itself.
pub trait ExecuteControllerWeightInfo {
    fn execute() -> Weight;
}

/// Executes a message on this chain.
pub trait ExecuteController<Origin, Call> {
    type WeightInfo: ExecuteControllerWeightInfo;
    fn execute(origin: Origin, message: Box<VersionedXcm<Call>>, limit: Weight) -> Result<Weight, DispatchError>;
}

/// What sending a message costs.
pub trait SendControllerWeightInfo {
    fn send() -> Weight;
}

/// Sends a message to another chain.
pub trait SendController<Origin> {
    type WeightInfo: SendControllerWeightInfo;
    fn send(
        origin: Origin,
        destination: VersionedLocation,
        message: VersionedXcm<()>,
    ) -> Result<[u8; 32], DispatchError>;
}

impl ExecuteControllerWeightInfo for () {
    fn execute() -> Weight {
        Weight::zero()
    }
}

impl SendControllerWeightInfo for () {
    fn send() -> Weight {
        Weight::zero()
    }
}

impl<Origin, Call> ExecuteController<Origin, Call> for () {
    type WeightInfo = ();
    fn execute(_: Origin, message: Box<VersionedXcm<Call>>, _: Weight) -> Result<Weight, DispatchError> {
        match message.0 {}
    }
}

impl<Origin> SendController<Origin> for () {
    type WeightInfo = ();
    fn send(_: Origin, destination: VersionedLocation, _: VersionedXcm<()>) -> Result<[u8; 32], DispatchError> {
        match destination.0 {}
    }
}

impl<Origin, Call, Timeout> Controller<Origin, Call, Timeout> for () {}
