/**
 * A hotkey's stake on a subnet: one total, divided into shares. Every rule follows Subtensor's since its release 460, to the last digit of a share.
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

/** Subtracts b, which is not greater, in the unit of the smaller number: no digit is lost before. */
const less = (a: Shares, b: Shares): Shares => {
  if (isNone(b)) return a
  const unit = Math.min(a.exponent, b.exponent)
  const scaled = (number: Shares) => number.significand * ten(number.exponent - unit)
  return shares(scaled(a) - scaled(b), unit)
}

/** Every number but 0 has one form, so the longer exponent is the greater number's. */
const exceeds = (a: Shares, b: Shares): boolean =>
  !isNone(a) && (isNone(b) || a.exponent > b.exponent || (a.exponent === b.exponent && a.significand > b.significand))

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

/** What shares are worth, rounded down to whole rao. */
const worth = (total: bigint, all: Shares, own: Shares): bigint => {
  const value = floor(proportion(wholeShares(total), own, all))
  return value < total ? value : total
}

/** An account's stake, rounded down to whole rao. */
export const stakeIn = (pool: StakePool, coldkey: AccountAddress): bigint =>
  Option.match(sharesOfHolder(pool, coldkey), {
    onNone: () => 0n,
    onSome: (held) => worth(pool.total, sharesOf(pool.shares), held)
  })

/**
 * The pool with other shares and another total. Entries that become 0 are removed; the others are written in the present format. Whoever has shares
 * when a pool is opened or closed has none afterwards.
 */
const poolWith = (pool: StakePool, coldkey: AccountAddress, total: bigint, all: Shares, own: Shares): StakePool => {
  const holders = isNone(all) || isNone(sharesOf(pool.shares)) ? emptyPool.holders : pool.holders
  return {
    total: total > 0n ? total : 0n,
    shares: isNone(all) ? null : all,
    holders: isNone(own) ? HashMap.remove(holders, coldkey) : HashMap.set(holders, coldkey, own)
  }
}

/** The number of shares that an amount is worth. */
const sharesFor = ({ total }: StakePool, all: Shares, amount: bigint): Shares => proportion(wholeShares(amount), all, wholeShares(total))

/**
 * Adds to an account's stake: as many shares as there really are more. The first account with shares also gets the dividends that arrived before it.
 * Shares of nothing end before.
 */
export const addStake = (pool: StakePool, coldkey: AccountAddress, amount: bigint): StakePool => {
  const open = pool.total === 0n && amount > 0n ? { ...pool, shares: null } : pool
  const all = sharesOf(open.shares)
  if (isNone(all) && amount === 0n) return pool
  if (isNone(all)) return poolWith(open, coldkey, pool.total + amount, wholeShares(amount), wholeShares(amount))
  const more = plus(all, sharesFor(pool, all, amount))
  const own = Option.getOrElse(sharesOfHolder(pool, coldkey), () => noShares)
  return poolWith(pool, coldkey, pool.total + amount, more, plus(own, less(more, all)))
}

/**
 * Withdraws from an account's stake: as many shares as there really are less. What is left of less than a rao goes along, and whoever takes the last
 * rao closes the pool. Does nothing if the account has no entry, or less than the amount.
 */
export const takeStake = (pool: StakePool, coldkey: AccountAddress, amount: bigint): StakePool => {
  const own = Option.getOrNull(sharesOfHolder(pool, coldkey))
  const [all, quoted] = [sharesOf(pool.shares), stakeIn(pool, coldkey)]
  if (own === null || isNone(all) || quoted < amount) return pool
  const total = pool.total - amount
  const fewer = minus(all, sharesFor(pool, all, amount))
  const lost = less(all, fewer)
  const [after, left] = exceeds(lost, own) ? [minus(all, own), noShares] : [fewer, minus(own, lost)]
  if (amount > 0n && total === 0n) return poolWith(pool, coldkey, total, noShares, noShares)
  const stays = amount === 0n || isNone(left) || (quoted !== amount && (isNone(after) || worth(total, after, left) > 0n))
  return stays ? poolWith(pool, coldkey, total, after, left) : poolWith(pool, coldkey, total, minus(after, left), noShares)
}

/** Adds a dividend, which all accounts get in proportion to their shares. */
export const addDividend = (pool: StakePool, amount: bigint): StakePool => ({ ...pool, total: pool.total + amount })
