/** How long a balance lasts for fees: one rule for /health, doctor and the page. Amounts in rao of TAO. Pure. */

/**
 * What a validator cannot spend, in rao: the chain holds up to 0.06 TAO for a message until that has run, and four may be sent at once (docs/operate.md, "Fees").
 */
const MOST_FEE_HELD = 200_000_000n

/** A validator's fees for a month in a small subnet, in rao (from the same page). */
const MONTH = 390_000_000n
const DAYS_OF_MONTH = 30n
/** What a day costs until more is known, in rao. */
export const USUAL_DAY = MONTH / DAYS_OF_MONTH

/** Less than this is little for anybody, in rao. */
export const LITTLE_FUNDS = 250_000_000n

/** Rao of TAO for people, to a thousandth, rounded down. */
export const taoText = (rao: bigint): string => `${(Number(rao / 1_000_000n) / 1000).toFixed(3)} TAO`

/** Fees that last for less are wrong, in days: a person has a weekend to notice. */
export const FEW_DAYS = 7

/** How long fees must have been seen before they tell what a day costs: a quarter of a day, in milliseconds. */
const MEASURED_FOR = 21_600_000
const DAY = 86_400_000n

/** The fees of a day, estimated from balances, newest first. `at`: milliseconds since 1970. Intervals in which the balance rose are left out. Undefined: too few balances. */
export const dailyOf = (balances: ReadonlyArray<{ readonly at: number; readonly free: bigint }>): bigint | undefined => {
  const stretches = balances.slice(1).flatMap((before, place) => {
    const after = balances[place]
    return after === undefined || after.free > before.free ? [] : [{ time: after.at - before.at, cost: before.free - after.free }]
  })
  const time = stretches.reduce((sum, one) => sum + one.time, 0)
  return time < MEASURED_FOR ? undefined : (stretches.reduce((sum, { cost }) => sum + cost, 0n) * DAY) / BigInt(time)
}

/** How many days a balance lasts at what a day costs, both in rao. undefined: nothing is spent. */
export const daysLeft = (free: bigint, daily: bigint): number | undefined =>
  daily === 0n ? undefined : Number(((free > MOST_FEE_HELD ? free - MOST_FEE_HELD : 0n) * 10n) / daily) / 10

/** How much to send so that an account has a month's fees and what is held, in tenths of TAO, rounded up. `daily`: in rao; undefined: not measured. */
export const topUp = (free: bigint, daily: bigint | undefined): string => {
  const month = daily === undefined || daily * DAYS_OF_MONTH < MONTH ? MONTH : daily * DAYS_OF_MONTH
  const missing = MOST_FEE_HELD + month - free
  const tenths = missing <= 0n ? 0n : (missing + 99_999_999n) / 100_000_000n
  return `${(Number(tenths) / 10).toFixed(1)} TAO`
}

/** What is wrong with a validator's balance, as the predicate of a sentence without a full stop; null: nothing. `daily`: what a day costs; undefined: not measured. */
export const feesTrouble = (free: bigint, daily: bigint | undefined): string | null => {
  if (free <= MOST_FEE_HELD) return `has only ${taoText(free)} for fees, and the chain refuses what it cannot pay`
  const days = daily === undefined ? undefined : daysLeft(free, daily)
  return days === undefined || days >= FEW_DAYS
    ? null
    : `has ${taoText(free)} for fees, which last for ${days} days at what the last day cost`
}
