//! The types that ink! names in its functions for XCM. The contract calls none of these functions: the types have no values.
//! They stand in for the crate of the same name, which is under the GPL.

#![no_std]

use core::{convert::Infallible, marker::PhantomData};
use scale::{Encode, Output};

/// A message. There is none.
pub struct VersionedXcm<Call>(Infallible, PhantomData<Call>);

/// A place that messages are sent to. There is none.
pub struct VersionedLocation(Infallible);

impl<Call> Encode for VersionedXcm<Call> {
    fn encode_to<T: Output + ?Sized>(&self, _: &mut T) {
        match self.0 {}
    }
}

impl Encode for VersionedLocation {
    fn encode_to<T: Output + ?Sized>(&self, _: &mut T) {
        match self.0 {}
    }
}

pub mod v4 {
    /// By which a message that was sent is known.
    pub type XcmHash = [u8; 32];
}
