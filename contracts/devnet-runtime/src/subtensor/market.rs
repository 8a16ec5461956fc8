//! What alpha costs. As on Subtensor, a subnet's two reserves have a constant product, and each trade moves the price and
//! costs a fee. Unless told otherwise, root has fixed the price here: no trade moves it, and none costs a fee.

use super::{
    pallet::*,
    types::{I96F32, U64F64},
};
use frame_support::{dispatch::DispatchResult, ensure};
use sp_core::U256;
use sp_runtime::DispatchError;

/// Rao in one TAO, and in one alpha.
pub const RAO: u64 = 1_000_000_000;
/// The alpha side of a pool whose price is fixed.
const POOL_ALPHA: u64 = 1_000_000 * RAO;
/// A trade's fee, of 65535. Subtensor's default.
const FEE: u64 = 33;
/// So many times a pool's TAO buys nothing.
const MOST_OF_RESERVE: u64 = 1_000;

/// Where a subnet's alpha is traded.
enum Market {
    /// The root network, and subnets that do not exist: one rao for one rao.
    Stable,
    /// The two sides of a pool, TAO and alpha. They only say the price.
    Fixed(u64, u64),
    /// The two sides of a pool that trades move.
    Moving(u64, u64),
}

/// A price that a trade must keep, in rao.
#[derive(Clone, Copy)]
pub(crate) struct Limit {
    pub price: u64,
    /// Whether to trade as much as the price allows instead of nothing.
    pub partly: bool,
}

/// As much of a trade as can be done without passing a limit.
#[derive(Clone, Copy)]
pub(crate) struct Most {
    amount: u64,
    partly: bool,
}

impl Most {
    pub(crate) fn of<T: Config>(self, wanted: u64) -> Result<u64, Error<T>> {
        ensure!(self.partly || wanted <= self.amount, Error::SlippageTooHigh);
        Ok(wanted.min(self.amount))
    }
}

/// What a trade brings, and the two sides of the pool after it, where it moves them.
pub(crate) struct Trade {
    pub brings: u64,
    /// In what is given.
    pub fee: u64,
    sides: Option<(u64, u64)>,
}

impl<T: Config> Pallet<T> {
    fn market(netuid: u16) -> Market {
        let sides = (SubnetTAO::<T>::get(netuid), SubnetAlphaIn::<T>::get(netuid));
        match SubnetMechanism::<T>::get(netuid) {
            1 if FixedPrice::<T>::get(netuid) => Market::Fixed(sides.0, sides.1),
            1 => Market::Moving(sides.0, sides.1),
            _ => Market::Stable,
        }
    }

    /// Rao of TAO for one alpha. On the root network they are the same.
    pub fn alpha_price(netuid: u16) -> u64 {
        Self::tao_for_alpha(netuid, RAO)
    }

    /// TAO that alpha is worth at the price, rounded down.
    pub fn tao_for_alpha(netuid: u16, alpha: u64) -> u64 {
        match Self::market(netuid) {
            Market::Stable => alpha,
            Market::Fixed(tao_side, alpha_side) | Market::Moving(tao_side, alpha_side) => {
                // A price has 64 fractional bits, and is rounded down too.
                let price = (u128::from(tao_side) << 64).checked_div(u128::from(alpha_side));
                U64F64 { bits: price.unwrap_or(0) }.times(alpha)
            }
        }
    }

    /// What TAO buys now.
    pub(crate) fn quote_buy(netuid: u16, tao: u64) -> Trade {
        match Self::market(netuid) {
            Market::Stable => Trade { brings: tao, fee: 0, sides: None },
            Market::Fixed(tao_side, alpha_side) => {
                Trade { brings: part(tao, alpha_side, tao_side.into()), fee: 0, sides: None }
            }
            Market::Moving(tao_side, alpha_side) => {
                let fee = fee_of(tao);
                let (brings, sides) = swapped(tao.saturating_sub(fee), tao_side, alpha_side);
                Trade { brings, fee, sides: Some(sides) }
            }
        }
    }

    /// What alpha brings now. The fee is sold too, for whoever makes the block.
    pub(crate) fn quote_sell(netuid: u16, alpha: u64) -> Trade {
        match Self::market(netuid) {
            Market::Stable => Trade { brings: alpha, fee: 0, sides: None },
            Market::Fixed(..) => Trade { brings: Self::tao_for_alpha(netuid, alpha), fee: 0, sides: None },
            Market::Moving(tao_side, alpha_side) => {
                let fee = fee_of(alpha);
                let (brings, (alpha_side, tao_side)) =
                    swapped(alpha.saturating_sub(fee), alpha_side, tao_side);
                let (_, (alpha_side, tao_side)) = swapped(fee, alpha_side, tao_side);
                Trade { brings, fee, sides: Some((tao_side, alpha_side)) }
            }
        }
    }

    /// Moves the price as a trade does.
    pub(crate) fn settle(netuid: u16, trade: &Trade) {
        if let Some((tao_side, alpha_side)) = trade.sides {
            SubnetTAO::<T>::insert(netuid, tao_side);
            SubnetAlphaIn::<T>::insert(netuid, alpha_side);
        }
    }

    /// The least TAO that can be staked: the minimum, and the fee for it.
    pub(crate) fn least_to_stake(netuid: u16) -> u64 {
        let least = MinStake::<T>::get();
        least.saturating_add(Self::quote_buy(netuid, least).fee)
    }

    /// Refuses to buy where there is nothing to buy, or too little for so much TAO.
    pub(crate) fn ensure_liquidity(netuid: u16, tao: u64) -> DispatchResult {
        if let Market::Moving(tao_side, _) = Self::market(netuid) {
            ensure!(tao <= tao_side.saturating_mul(MOST_OF_RESERVE), Error::<T>::InsufficientLiquidity);
        }
        ensure!(Self::quote_buy(netuid, tao).brings > 0, Error::<T>::InsufficientLiquidity);
        Ok(())
    }

    /// TAO that buys alpha until it costs more than the limit, in rao of TAO for one alpha.
    pub(crate) fn most_to_buy(netuid: u16, limit: Option<Limit>) -> Result<Most, DispatchError> {
        let Some(Limit { price, partly }) = limit else { return Ok(ANY) };
        ensure!(Self::alpha_price(netuid) <= price, Error::<T>::PriceLimitExceeded);
        let Market::Moving(tao_side, alpha_side) = Self::market(netuid) else { return Ok(ANY) };
        let product = U256::from(tao_side) * U256::from(alpha_side);
        let reached = product * U256::from(price) / U256::from(RAO);
        Ok(Most { amount: with_fee(above(reached, tao_side)), partly })
    }

    /// Alpha that can be sold until it brings less than the limit, in rao of TAO for one alpha.
    pub(crate) fn most_to_sell(netuid: u16, limit: Option<Limit>) -> Result<Most, DispatchError> {
        let Some(Limit { price, partly }) = limit else { return Ok(ANY) };
        ensure!(Self::alpha_price(netuid) >= price, Error::<T>::PriceLimitExceeded);
        let Market::Moving(tao_side, alpha_side) = Self::market(netuid) else { return Ok(ANY) };
        let product = U256::from(tao_side) * U256::from(alpha_side) * U256::from(RAO);
        let Some(reached) = product.checked_div(U256::from(price)) else { return Ok(ANY) };
        Ok(Most { amount: with_fee(above(reached, alpha_side)), partly })
    }

    /// Alpha that can go from a subnet to another until one of it is worth less than the limit, in rao of the other's alpha.
    /// Unlike for a purchase or a sale, a price that is worse already is no error of its own: nothing can go.
    pub(crate) fn most_to_swap(from: u16, to: u16, limit: Option<Limit>) -> Result<Most, DispatchError> {
        let Some(Limit { price, partly }) = limit else { return Ok(ANY) };
        match (Self::market(from), Self::market(to)) {
            (Market::Moving(tao_from, alpha_from), Market::Moving(tao_to, alpha_to)) => {
                let products = U256::from(tao_from) * U256::from(alpha_from) * U256::from(tao_to);
                let reached = products.checked_div(U256::from(price)).unwrap_or(U256::MAX);
                let root = reached.saturating_mul(U256::from(RAO)).saturating_mul(alpha_to.into());
                let steps = root.integer_sqrt().saturating_sub(U256::from(alpha_from) * U256::from(tao_to));
                let amount = steps / U256::from(u128::from(tao_from).saturating_add(tao_to.into()).max(1));
                Ok(Most { amount: with_fee(small(amount)), partly })
            }
            (Market::Stable, _) => {
                let price = u128::from(RAO).pow(2).checked_div(price.into()).unwrap_or(u128::MAX);
                let price = u64::try_from(price).unwrap_or(u64::MAX);
                Self::most_to_buy(to, Some(Limit { price, partly }))
            }
            (_, Market::Stable) => Self::most_to_sell(from, limit),
            _ => {
                let worth = Self::quote_buy(to, Self::alpha_price(from)).brings;
                Ok(if worth >= price { ANY } else { Most { amount: 0, partly } })
            }
        }
    }

    /// Fixes the price in rao of TAO for one alpha.
    pub(crate) fn change_alpha_price(netuid: u16, price: u64) -> DispatchResult {
        Self::ensure_subnet(netuid)?;
        ensure!(netuid != 0 && price > 0, Error::<T>::InvalidValue);
        let tao_side = price.checked_mul(POOL_ALPHA / RAO).ok_or(Error::<T>::InvalidValue)?;
        Self::open_market(netuid, tao_side, POOL_ALPHA);
        FixedPrice::<T>::insert(netuid, true);
        SubnetMovingPrice::<T>::insert(netuid, I96F32::ratio(price, RAO));
        Ok(())
    }

    /// Lets trades move the price from here on.
    pub(crate) fn open_market(netuid: u16, tao_side: u64, alpha_side: u64) {
        SubnetMechanism::<T>::insert(netuid, 1);
        SubnetTAO::<T>::insert(netuid, tao_side);
        SubnetAlphaIn::<T>::insert(netuid, alpha_side);
        FixedPrice::<T>::remove(netuid);
    }
}

/// No limit.
const ANY: Most = Most { amount: u64::MAX, partly: false };

fn part(amount: u64, of: u64, whole: u128) -> u64 {
    let scaled = (u128::from(amount) * u128::from(of)).checked_div(whole).unwrap_or(0);
    u64::try_from(scaled).unwrap_or(u64::MAX)
}

/// What comes out when so much goes into one side, and both sides afterwards.
fn swapped(goes: u64, into: u64, other: u64) -> (u64, (u64, u64)) {
    let comes = part(goes, other, u128::from(into) + u128::from(goes));
    (comes, (into.saturating_add(goes), other.saturating_sub(comes)))
}

fn fee_of(amount: u64) -> u64 {
    part(amount, FEE, u16::MAX.into())
}

/// What to give so that this much is left after the fee.
fn with_fee(amount: u64) -> u64 {
    part(amount, u16::MAX.into(), u128::from(u64::from(u16::MAX) - FEE))
}

/// How far a side is from where the square of it would be that.
fn above(square: U256, side: u64) -> u64 {
    small(square.integer_sqrt().saturating_sub(side.into()))
}

fn small(value: U256) -> u64 {
    u64::try_from(value).unwrap_or(u64::MAX)
}
