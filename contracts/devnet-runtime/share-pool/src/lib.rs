//! A hotkey's stake on a subnet: one total, divided into shares. Each rule is Subtensor's since its release 460, to the
//! last digit of a share. `lab/contract-model/StakePool.ts` has them a second time, to test the contract.

#![cfg_attr(not(test), no_std)]

use codec::{Decode, Encode};
use primitive_types::U256;
use scale_info::TypeInfo;

/// The greatest mantissa: a number has 21 digits, and a power of ten is written with one more.
const GREATEST: u128 = 1_000_000_000_000_000_000_000;
/// Every mantissa but 0 is above this.
const LEAST: u128 = GREATEST / 10;

/// A number of shares, mantissa × 10^exponent. What is too long is cut off. The names are those of Subtensor's metadata.
#[derive(Encode, Decode, TypeInfo, Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct SafeFloat {
    mantissa: u128,
    exponent: i64,
}

impl SafeFloat {
    pub const ZERO: Self = Self { mantissa: 0, exponent: 0 };

    fn new(mantissa: U256, exponent: i64) -> Self {
        if mantissa.is_zero() {
            return Self::ZERO;
        }
        let (mut mantissa, mut exponent) = (mantissa, exponent);
        while mantissa > GREATEST.into() {
            mantissa /= 10;
            exponent = exponent.saturating_add(1);
        }
        while mantissa <= LEAST.into() {
            mantissa *= 10;
            exponent = exponent.saturating_sub(1);
        }
        Self { mantissa: mantissa.low_u128(), exponent }
    }

    pub fn whole(amount: u64) -> Self {
        Self::new(amount.into(), 0)
    }

    /// A fixed-point number with 64 fractional bits, in which shares were kept before.
    pub fn fixed(bits: u128) -> Self {
        let word = Self::new(U256::from(1) << 64, 0);
        let fraction = Self::whole(bits as u64).times(Self::whole(1), word);
        Self::whole((bits >> 64) as u64).plus(fraction)
    }

    pub const fn is_zero(&self) -> bool {
        self.mantissa == 0
    }

    /// self · by / of, and 0 where `of` is 0.
    fn times(self, by: Self, of: Self) -> Self {
        if of.is_zero() {
            return Self::ZERO;
        }
        let product = U256::from(self.mantissa) * U256::from(by.mantissa);
        let exponent = self.exponent.saturating_add(by.exponent).saturating_sub(of.exponent);
        Self::new(product / U256::from(of.mantissa), exponent)
    }

    /// The mantissa in the unit of 10^exponent, which is not smaller than the number's own.
    fn in_unit(self, exponent: i64) -> u128 {
        self.mantissa / ten(exponent.saturating_sub(self.exponent))
    }

    /// Adds in the unit of the greater number.
    fn plus(self, other: Self) -> Self {
        if self.is_zero() {
            return other;
        }
        if other.is_zero() {
            return self;
        }
        let unit = self.exponent.max(other.exponent);
        Self::new((self.in_unit(unit) + other.in_unit(unit)).into(), unit)
    }

    /// Takes away in the unit of the greater number, down to 0.
    fn minus(self, other: Self) -> Self {
        if self.is_zero() || other.is_zero() {
            return self;
        }
        let unit = self.exponent.max(other.exponent);
        Self::new(self.in_unit(unit).saturating_sub(other.in_unit(unit)).into(), unit)
    }

    /// Takes a number that is not greater away in the unit of the smaller one, where no digit is lost before.
    fn less(self, other: Self) -> Self {
        if other.is_zero() {
            return self;
        }
        let unit = self.exponent.min(other.exponent);
        let scaled = |number: Self| {
            U256::from(number.mantissa) * U256::from(ten(number.exponent.saturating_sub(unit)))
        };
        Self::new(scaled(self).saturating_sub(scaled(other)), unit)
    }

    /// Every number but 0 has one form, so the longer exponent is the greater number's.
    fn exceeds(self, other: Self) -> bool {
        !self.is_zero()
            && (other.is_zero() || (self.exponent, self.mantissa) > (other.exponent, other.mantissa))
    }

    /// The whole part, at most what 64 bits hold.
    fn floor(self) -> u64 {
        let scale = ten(self.exponent.saturating_abs());
        let whole =
            if self.exponent < 0 { self.mantissa / scale } else { self.mantissa.saturating_mul(scale) };
        u64::try_from(whole).unwrap_or(u64::MAX)
    }
}

/// A power of ten. One that is longer than every mantissa stands for all that are.
fn ten(power: i64) -> u128 {
    10u128.pow(power.clamp(0, 22) as u32)
}

/// A hotkey's stake on a subnet, in rao, and the number of shares that it is divided into.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SharePool {
    pub total: u64,
    pub shares: SafeFloat,
    /// How often it was opened or closed. What an account got before the last time is worth nothing.
    pub epoch: u64,
}

impl SharePool {
    fn divide(&mut self, shares: SafeFloat) {
        if self.shares.is_zero() != shares.is_zero() {
            self.epoch = self.epoch.saturating_add(1);
        }
        self.shares = shares;
    }

    /// What an account with these shares has, rounded down to whole rao.
    pub fn worth(&self, own: SafeFloat) -> u64 {
        SafeFloat::whole(self.total).times(own, self.shares).floor().min(self.total)
    }

    /// Adds an amount to what an account has, and answers its new shares: as many more as there really are. Where there are
    /// none yet, the account also gets the dividends that came before it. Shares of nothing end before.
    pub fn add(&mut self, own: SafeFloat, amount: u64) -> SafeFloat {
        if self.total == 0 && amount > 0 {
            self.divide(SafeFloat::ZERO);
        }
        let own = if !self.shares.is_zero() {
            let before = self.shares;
            self.divide(before.plus(self.shares_for(amount)));
            own.plus(self.shares.less(before))
        } else if amount > 0 {
            self.divide(SafeFloat::whole(amount));
            self.shares
        } else {
            own
        };
        self.pay(amount);
        own
    }

    /// Takes an amount that the account has away from it, and answers its new shares: as many less as there really are. What
    /// is left of less than a rao goes along, and who takes the last rao closes the pool.
    pub fn take(&mut self, own: SafeFloat, amount: u64) -> SafeFloat {
        let quoted = self.worth(own);
        let before = self.shares;
        let after = before.minus(self.shares_for(amount));
        let lost = before.less(after);
        let (after, left) =
            if lost.exceeds(own) { (before.minus(own), SafeFloat::ZERO) } else { (after, own.minus(lost)) };
        self.total = self.total.saturating_sub(amount);
        self.divide(after);
        if amount == 0 {
            return left;
        }
        if self.total == 0 {
            self.divide(SafeFloat::ZERO);
            return SafeFloat::ZERO;
        }
        if left.is_zero() || quoted != amount && (after.is_zero() || self.worth(left) > 0) {
            return left;
        }
        self.divide(after.minus(left));
        SafeFloat::ZERO
    }

    /// Adds an amount for all accounts, each by its shares.
    pub fn pay(&mut self, amount: u64) {
        self.total = self.total.saturating_add(amount);
    }

    fn shares_for(&self, amount: u64) -> SafeFloat {
        SafeFloat::whole(amount).times(self.shares, SafeFloat::whole(self.total))
    }
}

#[cfg(test)]
mod tests;
