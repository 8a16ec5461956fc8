//! What alpha is worth. A subnet's pool is as large as no trade moves it: its two sides only say the price.

use super::{
    pallet::*,
    types::{I96F32, U64F64},
};
use frame_support::{dispatch::DispatchResult, ensure};

/// Rao in one TAO, and in one alpha.
pub const RAO: u64 = 1_000_000_000;
/// The alpha side of every pool.
const POOL_ALPHA: u64 = 1_000_000 * RAO;

impl<T: Config> Pallet<T> {
    /// Rao of TAO for one alpha. On the root network they are the same.
    pub fn alpha_price(netuid: u16) -> u64 {
        Self::tao_for_alpha(netuid, RAO)
    }

    /// TAO that alpha is worth, rounded down.
    pub fn tao_for_alpha(netuid: u16, alpha: u64) -> u64 {
        match Self::reserves(netuid) {
            Some((tao_side, alpha_side)) => {
                // A price has 64 fractional bits, and is rounded down too.
                let price = (u128::from(tao_side) << 64) / u128::from(alpha_side);
                U64F64 { bits: price }.times(alpha)
            }
            None => alpha,
        }
    }

    /// Alpha that TAO buys, rounded down.
    pub fn alpha_for_tao(netuid: u16, tao: u64) -> u64 {
        match Self::reserves(netuid) {
            Some((tao_side, alpha_side)) => scale(tao, alpha_side, tao_side),
            None => tao,
        }
    }

    /// Sets the price in rao of TAO for one alpha.
    pub(crate) fn change_alpha_price(netuid: u16, price: u64) -> DispatchResult {
        Self::ensure_subnet(netuid)?;
        ensure!(netuid != 0 && price > 0, Error::<T>::InvalidValue);
        let tao_side = price.checked_mul(POOL_ALPHA / RAO).ok_or(Error::<T>::InvalidValue)?;
        SubnetMechanism::<T>::insert(netuid, 1);
        SubnetTAO::<T>::insert(netuid, tao_side);
        SubnetAlphaIn::<T>::insert(netuid, POOL_ALPHA);
        SubnetMovingPrice::<T>::insert(netuid, I96F32::ratio(price, RAO));
        Ok(())
    }

    fn reserves(netuid: u16) -> Option<(u64, u64)> {
        let sides = (SubnetTAO::<T>::get(netuid), SubnetAlphaIn::<T>::get(netuid));
        (SubnetMechanism::<T>::get(netuid) == 1 && sides.0 > 0 && sides.1 > 0).then_some(sides)
    }
}

fn scale(amount: u64, by: u64, of: u64) -> u64 {
    let scaled = u128::from(amount) * u128::from(by) / u128::from(of);
    u64::try_from(scaled).unwrap_or(u64::MAX)
}
