//! The extensions of Subtensor's transactions, so that transactions are the same bytes here, cost the same and go in the
//! same order. Its own three carry none and check nothing here: the calls check themselves.

use crate::{subtensor, subtensor::costs, Runtime, RuntimeCall, RuntimeOrigin};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use frame_support::{
    dispatch::{DispatchClass, DispatchInfo, PostDispatchInfo},
    weights::Weight,
};
use scale_info::TypeInfo;
use sp_runtime::{
    impl_tx_ext_default,
    traits::{Implication, TransactionExtension, TransactionExtensionMetadata, ValidateResult},
    transaction_validity::{
        TransactionPriority, TransactionSource, TransactionValidityError, UnknownTransaction,
    },
    DispatchResult,
};

macro_rules! silent_extension {
    ($name:ident, $weight:expr) => {
        #[derive(Encode, Decode, DecodeWithMemTracking, TypeInfo, Clone, PartialEq, Eq, Debug)]
        pub struct $name;

        impl TransactionExtension<RuntimeCall> for $name {
            const IDENTIFIER: &'static str = stringify!($name);
            type Implicit = ();
            type Val = ();
            type Pre = ();

            fn weight(&self, _call: &RuntimeCall) -> Weight {
                $weight
            }

            impl_tx_ext_default!(RuntimeCall; validate prepare);
        }
    };
}

silent_extension!(SudoTransactionExtension, Weight::zero());
silent_extension!(SubtensorTransactionExtension, costs::CHECK_COLDKEY_SWAP);
silent_extension!(DrandPriority, Weight::zero());

/// An extension of the SDK under its own name and bytes, with Subtensor's weight and priority, and what of a call's weight is free.
macro_rules! changed_extension {
    ($name:ident, $inner:ty, $weight:expr, $priority:expr, $free:expr) => {
        #[derive(Encode, Decode, DecodeWithMemTracking, TypeInfo, Clone, PartialEq, Eq, Debug)]
        pub struct $name($inner);

        impl TransactionExtension<RuntimeCall> for $name {
            const IDENTIFIER: &'static str = stringify!($name);
            type Implicit = ();
            type Val = <$inner as TransactionExtension<RuntimeCall>>::Val;
            type Pre = (Weight, <$inner as TransactionExtension<RuntimeCall>>::Pre);

            fn weight(&self, call: &RuntimeCall) -> Weight {
                $weight(self.0.weight(call))
            }

            fn validate(
                &self,
                origin: RuntimeOrigin,
                call: &RuntimeCall,
                info: &DispatchInfo,
                len: usize,
                implicit: (),
                implication: &impl Implication,
                source: TransactionSource,
            ) -> ValidateResult<Self::Val, RuntimeCall> {
                let info = less(info, $free(call));
                let (mut valid, val, origin) =
                    self.0.validate(origin, call, &info, len, implicit, implication, source)?;
                valid.priority = $priority(info.class);
                Ok((valid, val, origin))
            }

            fn prepare(
                self,
                val: Self::Val,
                origin: &RuntimeOrigin,
                call: &RuntimeCall,
                info: &DispatchInfo,
                len: usize,
            ) -> Result<Self::Pre, TransactionValidityError> {
                let free = $free(call);
                Ok((free, self.0.prepare(val, origin, call, &less(info, free), len)?))
            }

            fn metadata() -> Vec<TransactionExtensionMetadata> {
                <$inner as TransactionExtension<RuntimeCall>>::metadata()
            }

            fn post_dispatch_details(
                (free, pre): Self::Pre,
                info: &DispatchInfo,
                post_info: &PostDispatchInfo,
                len: usize,
                result: &DispatchResult,
            ) -> Result<Weight, TransactionValidityError> {
                <$inner as TransactionExtension<RuntimeCall>>::post_dispatch_details(
                    pre,
                    &less(info, free),
                    post_info,
                    len,
                    result,
                )
            }
        }
    };
}

// Subtensor has not measured its own nonce check.
changed_extension!(
    CheckNonce,
    frame_system::CheckNonce<Runtime>,
    |_: Weight| Weight::zero(),
    |_: DispatchClass| 0,
    |_: &RuntimeCall| Weight::zero()
);

// A tip buys no priority. Who signs pays: the accounts of proxies cannot offer to.
changed_extension!(
    ChargeTransactionPayment,
    pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
    |weight: Weight| weight.saturating_add(costs::FIND_PAYER),
    priority_of,
    unpaid
);

/// What a call is said to cost and nobody pays: the walk over as many hotkeys as an account may have, of each call that takes
/// stake away. (Subtensor lets nobody pay more than in its release 459, which had no such walk.)
fn unpaid(call: &RuntimeCall) -> Weight {
    type Batches = pallet_utility::Call<Runtime>;
    type Proxies = pallet_proxy::Call<Runtime>;
    type Stake = subtensor::Call<Runtime>;
    match call {
        RuntimeCall::Utility(
            Batches::batch { calls } | Batches::batch_all { calls } | Batches::force_batch { calls },
        ) => calls.iter().fold(Weight::zero(), |sum, call| sum.saturating_add(unpaid(call))),
        RuntimeCall::Utility(Batches::as_derivative { call, .. } | Batches::dispatch_as { call, .. })
        | RuntimeCall::Proxy(Proxies::proxy { call, .. } | Proxies::proxy_announced { call, .. }) => {
            unpaid(call)
        }
        RuntimeCall::SubtensorModule(
            Stake::remove_stake { .. }
            | Stake::remove_stake_limit { .. }
            | Stake::remove_stake_full_limit { .. }
            | Stake::move_stake { .. }
            | Stake::transfer_stake { .. }
            | Stake::swap_stake { .. }
            | Stake::swap_stake_limit { .. },
        ) => costs::exit(Weight::zero()),
        _ => Weight::zero(),
    }
}

fn less(info: &DispatchInfo, free: Weight) -> DispatchInfo {
    DispatchInfo { call_weight: info.call_weight.saturating_sub(free), ..*info }
}

/// What a transaction with a call is charged for.
pub fn charged(call: &RuntimeCall, info: &DispatchInfo) -> DispatchInfo {
    less(info, unpaid(call))
}

fn priority_of(class: DispatchClass) -> TransactionPriority {
    match class {
        DispatchClass::Operational => 10_000_000_000,
        DispatchClass::Normal | DispatchClass::Mandatory => 1,
    }
}

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
