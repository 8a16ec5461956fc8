/**
 * A hotkey's stake on a subnet: one total, divided into shares. Every rule follows Subtensor's, to the last digit of a share.
 * `contracts/devnet-runtime/share-pool` implements the same rules for the dev chain.
 */
import { HashMap, Option } from "effect"
import type { AccountAddress } from "../../src/domain/Account.ts"

/** A number of shares: significand × 10^exponent. The significand is 0, or above 10²⁰ and at most 10²¹; further digits are cut off. */
export interface Shares {
  readonly significand: bigint
  readonly exponent: number
}

/** Shares as the chain stores them: in the present format, or in the old one, a fixed-point number with 64 fractional bits. */
export type StoredShares = Shares | bigint

/** A hotkey's stake. Amounts are rao. */
export interface StakePool {
  /** The stake of all accounts together. */
  readonly total: bigint
  /** The number of shares that divide the total. Null: 0. */
  readonly shares: StoredShares | null
  /** Each account's shares, by coldkey. An account without an entry has no stake, and none can be withdrawn from it. */
  readonly holders: HashMap.HashMap<AccountAddress, StoredShares>
}

export const emptyPool: StakePool = { total: 0n, shares: null, holders: HashMap.empty() }

const DIGITS = 21
const LEAST = 10n ** 20n

const noShares: Shares = { significand: 0n, exponent: 0 }

const POWERS_OF_TEN = Array.from({ length: 64 }, (_, power) => 10n ** BigInt(power))
const ten = (power: number): bigint => POWERS_OF_TEN[power] ?? 10n ** BigInt(power)

/** The number of digits of a positive number. The estimate by logarithm may be off by one. */
const digitsOf = (number: bigint): number => {
  const guess = Math.floor(Math.log10(Number(number))) + 1
  if (number >= ten(guess)) return guess + 1
  return number < ten(guess - 1) ? guess - 1 : guess
}

/** Cuts a significand to 21 digits, or fills it up with zeros. */
const shares = (significand: bigint, exponent: number): Shares => {
  if (significand === 0n) return noShares
  const excess = digitsOf(significand) - DIGITS
  const digits = excess > 0 ? significand / ten(excess) : significand * ten(-excess)
  // A power of ten is written with one digit more.
  return digits === LEAST
    ? { significand: digits * 10n, exponent: exponent + excess - 1 }
    : { significand: digits, exponent: exponent + excess }
}

const isNone = ({ significand }: Shares): boolean => significand === 0n

/** a · b / c, and 0 where `c` is 0. */
const proportion = (a: Shares, b: Shares, c: Shares): Shares =>
  isNone(c) ? noShares : shares((a.significand * b.significand) / c.significand, a.exponent + b.exponent - c.exponent)

/** The significand in the unit of 10^exponent; the exponent must not be smaller than the number's own. */
const inUnit = (number: Shares, exponent: number): bigint => number.significand / ten(Math.min(exponent - number.exponent, DIGITS + 1))

/** Adds two numbers in the unit of the greater one. */
const plus = (a: Shares, b: Shares): Shares => {
  if (isNone(a)) return b
  if (isNone(b)) return a
  const unit = Math.max(a.exponent, b.exponent)
  return shares(inUnit(a, unit) + inUnit(b, unit), unit)
}

/** Subtracts b from a, rounded to the precision of the greater number; never below 0. */
const minus = (a: Shares, b: Shares): Shares => {
  if (isNone(a) || isNone(b)) return a
  const unit = Math.max(a.exponent, b.exponent)
  const left = inUnit(a, unit) - inUnit(b, unit)
  return shares(left > 0n ? left : 0n, unit)
}

const wholeShares = (amount: bigint): Shares => shares(amount, 0)

/** The integer part. */
const floor = ({ exponent, significand }: Shares): bigint => {
  const scale = ten(Math.abs(exponent))
  return exponent < 0 ? significand / scale : significand * scale
}

const WORD_SIZE = 1n << 64n

/** Stored shares in the present format. */
export const sharesOf = (stored: StoredShares | null): Shares => {
  if (stored === null) return noShares
  if (typeof stored !== "bigint") return stored
  return plus(wholeShares(stored / WORD_SIZE), proportion(wholeShares(stored % WORD_SIZE), wholeShares(1n), wholeShares(WORD_SIZE)))
}

const sharesOfHolder = (pool: StakePool, coldkey: AccountAddress): Option.Option<Shares> =>
  Option.map(HashMap.get(pool.holders, coldkey), sharesOf)

/** An account's stake, rounded down to whole rao. */
export const stakeIn = (pool: StakePool, coldkey: AccountAddress): bigint =>
  Option.match(sharesOfHolder(pool, coldkey), {
    onNone: () => 0n,
    onSome: (held) => floor(proportion(wholeShares(pool.total), held, sharesOf(pool.shares)))
  })

/** The pool with other shares and another total. Entries that become 0 are removed; the others are written in the present format. */
const poolWith = (pool: StakePool, coldkey: AccountAddress, total: bigint, all: Shares, own: Shares): StakePool => ({
  total: total > 0n ? total : 0n,
  shares: isNone(all) ? null : all,
  holders: isNone(own) ? HashMap.remove(pool.holders, coldkey) : HashMap.set(pool.holders, coldkey, own)
})

/** The number of shares that an amount is worth. */
const sharesFor = ({ total }: StakePool, all: Shares, amount: bigint): Shares => proportion(wholeShares(amount), all, wholeShares(total))

/** Adds to an account's stake. The first account with shares also gets the dividends that arrived before it. */
export const addStake = (pool: StakePool, coldkey: AccountAddress, amount: bigint): StakePool => {
  const all = sharesOf(pool.shares)
  if (isNone(all)) return poolWith(pool, coldkey, pool.total + amount, wholeShares(amount), wholeShares(amount))
  const more = sharesFor(pool, all, amount)
  return poolWith(
    pool,
    coldkey,
    pool.total + amount,
    plus(all, more),
    plus(
      Option.getOrElse(sharesOfHolder(pool, coldkey), () => noShares),
      more
    )
  )
}

/** Withdraws from an account's stake. Does nothing if the account has no entry, or less than the amount. */
export const takeStake = (pool: StakePool, coldkey: AccountAddress, amount: bigint): StakePool => {
  const own = Option.getOrNull(sharesOfHolder(pool, coldkey))
  if (own === null || stakeIn(pool, coldkey) < amount) return pool
  const all = sharesOf(pool.shares)
  // Without shares, only an amount of 0 can be withdrawn. The chain drops the account's entry then.
  if (isNone(all)) return poolWith(pool, coldkey, pool.total, noShares, noShares)
  const less = sharesFor(pool, all, amount)
  return poolWith(pool, coldkey, pool.total - amount, minus(all, less), minus(own, less))
}

/** Adds a dividend, which all accounts get in proportion to their shares. */
export const addDividend = (pool: StakePool, amount: bigint): StakePool => ({ ...pool, total: pool.total + amount })
