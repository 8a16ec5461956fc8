//! The extensions that Subtensor's transactions carry beyond the standard ones, so that transactions are the same bytes
//! here. Three carry none and check nothing here: the calls check themselves.

use crate::RuntimeCall;
use codec::{Decode, DecodeWithMemTracking, Encode};
use frame_support::weights::Weight;
use scale_info::TypeInfo;
use sp_runtime::{
    impl_tx_ext_default,
    traits::TransactionExtension,
    transaction_validity::{TransactionValidityError, UnknownTransaction},
};

macro_rules! silent_extension {
    ($name:ident) => {
        #[derive(Encode, Decode, DecodeWithMemTracking, TypeInfo, Clone, PartialEq, Eq, Debug)]
        pub struct $name;

        impl TransactionExtension<RuntimeCall> for $name {
            const IDENTIFIER: &'static str = stringify!($name);
            type Implicit = ();
            type Val = ();
            type Pre = ();

            fn weight(&self, _call: &RuntimeCall) -> Weight {
                Weight::zero()
            }

            impl_tx_ext_default!(RuntimeCall; validate prepare);
        }
    };
}

silent_extension!(SudoTransactionExtension);
silent_extension!(SubtensorTransactionExtension);
silent_extension!(DrandPriority);

#[derive(Encode, Decode, DecodeWithMemTracking, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub enum Mode {
    Disabled,
    Enabled,
}

/// Lets a signer sign a hash of the metadata. This runtime knows none, so it refuses whoever wants that.
#[derive(Encode, Decode, DecodeWithMemTracking, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct CheckMetadataHash {
    mode: Mode,
}

impl TransactionExtension<RuntimeCall> for CheckMetadataHash {
    const IDENTIFIER: &'static str = "CheckMetadataHash";
    type Implicit = Option<[u8; 32]>;
    type Val = ();
    type Pre = ();

    fn implicit(&self) -> Result<Self::Implicit, TransactionValidityError> {
        match self.mode {
            Mode::Disabled => Ok(None),
            Mode::Enabled => Err(UnknownTransaction::CannotLookup.into()),
        }
    }

    fn weight(&self, _call: &RuntimeCall) -> Weight {
        Weight::zero()
    }

    impl_tx_ext_default!(RuntimeCall; validate prepare);
}
