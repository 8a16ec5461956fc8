//! The two types by which pallet-contracts reads XCM messages from a contract. The dev chain has no XCM: these types have no
//! values, and decoding one fails. They stand in for the crate of the same name, which is under the GPL.

#![no_std]

use codec::{Decode, Encode, Error, Input, MaxEncodedLen, Output};
use core::{convert::Infallible, marker::PhantomData};

const REFUSAL: &str = "this chain has no XCM";

/// A message. There is none.
pub struct VersionedXcm<Call>(pub Infallible, PhantomData<Call>);

/// A place that messages are sent to. There is none.
pub struct VersionedLocation(pub Infallible);

impl<Call> Decode for VersionedXcm<Call> {
    fn decode<I: Input>(_: &mut I) -> Result<Self, Error> {
        Err(REFUSAL.into())
    }
}

impl Decode for VersionedLocation {
    fn decode<I: Input>(_: &mut I) -> Result<Self, Error> {
        Err(REFUSAL.into())
    }
}

impl Encode for VersionedLocation {
    fn encode_to<T: Output + ?Sized>(&self, _: &mut T) {
        match self.0 {}
    }
}

impl MaxEncodedLen for VersionedLocation {
    fn max_encoded_len() -> usize {
        0
    }
}
