use super::*;

fn number(mantissa: u128, exponent: i64) -> SafeFloat {
    SafeFloat { mantissa, exponent }
}

/// A pool in which one account has everything.
fn pool(total: u64) -> (SharePool, SafeFloat) {
    let mut pool = SharePool { total: 0, shares: SafeFloat::ZERO, epoch: 0 };
    let own = pool.add(SafeFloat::ZERO, total);
    (pool, own)
}

#[test]
fn a_number_has_21_digits_and_a_power_of_ten_one_more() {
    assert_eq!(SafeFloat::whole(1), number(GREATEST, -21));
    assert_eq!(SafeFloat::whole(10), number(GREATEST, -20));
    assert_eq!(SafeFloat::whole(12), number(120_000_000_000_000_000_000, -19));
    assert_eq!(
        SafeFloat::new(U256::from(GREATEST) * 10 + 19, 0),
        number(GREATEST, 1),
        "cut off, not rounded"
    );
}

#[test]
fn half_a_share_of_the_old_format_is_half_a_share() {
    let half = SafeFloat::fixed(1 << 63);
    assert_eq!(half.plus(half), SafeFloat::whole(1));
    assert_eq!(SafeFloat::fixed(7 << 64), SafeFloat::whole(7));
}

#[test]
fn what_a_sum_has_below_the_greater_number_is_lost() {
    let great = SafeFloat::new(U256::from(GREATEST - 1), 3);
    let small = SafeFloat::whole(999);
    assert_eq!(great.plus(small), great);
    assert_eq!(great.minus(small), great);
    assert_eq!(small.minus(great), SafeFloat::ZERO, "never below 0");
}

#[test]
fn nothing_divided_by_nothing_is_nothing() {
    assert_eq!(SafeFloat::whole(5).times(SafeFloat::whole(7), SafeFloat::ZERO), SafeFloat::ZERO);
}

#[test]
fn the_first_account_gets_what_was_paid_before_it() {
    let mut pool = SharePool { total: 7, shares: SafeFloat::ZERO, epoch: 0 };
    let own = pool.add(SafeFloat::ZERO, 5);
    assert_eq!((pool.total, pool.worth(own)), (12, 12));
}

#[test]
fn who_comes_after_a_dividend_reads_up_to_a_rao_less() {
    let (mut pool, first) = pool(100_000_000_000);
    pool.pay(3);
    let second = pool.add(SafeFloat::ZERO, 50_000_000_000);
    assert_eq!(pool.worth(first), 100_000_000_003);
    assert_eq!(pool.worth(second), 49_999_999_999);
    assert_eq!(pool.total, 150_000_000_003);
}

#[test]
fn whole_amounts_stay_whole_without_dividends() {
    let (mut pool, first) = pool(1_000_000_007);
    let second = pool.add(SafeFloat::ZERO, 3);
    let first = pool.take(first, 1_000_000_000);
    assert_eq!((pool.worth(first), pool.worth(second), pool.total), (7, 3, 10));
}

#[test]
fn who_takes_everything_has_no_shares() {
    let (mut pool, own) = pool(123);
    pool.pay(77);
    let left = pool.take(own, 200);
    assert!(left.is_zero() && pool.shares.is_zero());
    assert_eq!((pool.total, pool.epoch), (0, 2));
}

#[test]
fn shares_of_nothing_end_when_more_comes() {
    let mut pool = SharePool { total: 0, shares: SafeFloat::whole(5), epoch: 0 };
    let own = pool.add(SafeFloat::ZERO, 7);
    assert_eq!((pool.worth(own), pool.shares, pool.epoch), (7, SafeFloat::whole(7), 2));
}

#[test]
fn what_is_less_than_a_rao_goes_with_the_last() {
    let (mut pool, first) = pool(100_000_000_000);
    pool.pay(3);
    let second = pool.add(SafeFloat::ZERO, 50_000_000_000);
    let left = pool.take(second, pool.worth(second));
    assert!(left.is_zero());
    assert_eq!((pool.shares, pool.total), (first, 100_000_000_004));
    assert_eq!(pool.worth(first), 100_000_000_004, "also what the second left");
}

/// After any steps, everybody's readings together are at most the total, and miss less than two rao an account.
#[test]
fn nobody_reads_what_is_not_there() {
    let mut seed = 0x9e37_79b9_7f4a_7c15u64;
    let mut next = |below: u64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed % below
    };
    for _ in 0..300 {
        let (mut pool, first) = pool(1 + next(1_000_000_000_000));
        let mut accounts = [first, SafeFloat::ZERO, SafeFloat::ZERO];
        for _ in 0..60 {
            let who = next(3) as usize;
            let reads = pool.worth(accounts[who]);
            match next(3) {
                0 => pool.pay(next(1_000_000_000)),
                1 => accounts[who] = pool.add(accounts[who], next(1_000_000_000_000)),
                _ => accounts[who] = pool.take(accounts[who], next(reads.saturating_add(1))),
            }
            if pool.shares.is_zero() {
                accounts = [SafeFloat::ZERO; 3];
                continue;
            }
            let sum: u64 = accounts.iter().map(|own| pool.worth(*own)).sum();
            assert!(sum <= pool.total && pool.total - sum < 6, "{sum} of {}", pool.total);
        }
    }
}
