/**
 * Vote weights derived from the history of stake snapshots alone: the least stake in any snapshot since the start of the whole day before the present
 * one.
 */
import { least } from "../../../../src/domain/Amount.ts"

/** The least stake of each validator in snapshots, by day. Days count from 0; the last one is not over. */
export interface Looks {
  readonly turnedAt: number
  readonly days: number
  readonly seen: ReadonlyMap<string, ReadonlyArray<bigint>>
}

const leastOf = ({ days, seen }: Looks, hotkey: string, ago: number): bigint => seen.get(hotkey)?.[days - ago] ?? 0n

/** A snapshot in this block. After a whole day it ends the day and begins the next. */
export const lookedAt = (looks: Looks, stakes: ReadonlyMap<string, bigint>, block: number, day: number): Looks => {
  const { days, seen, turnedAt } = looks
  const turns = block - turnedAt >= day
  const after = [...stakes].map(([hotkey, stake]) => {
    const known = leastOf(looks, hotkey, 0)
    const past = Array.from({ length: days }, (_, index) => seen.get(hotkey)?.[index] ?? 0n)
    return [hotkey, [...past, least(known, stake), ...(turns ? [stake] : [])]] as const
  })
  return { turnedAt: turns ? block : turnedAt, days: turns ? days + 1 : days, seen: new Map(after) }
}

/** A validator's note, derived from the history. */
export const notedOf = (looks: Looks, hotkey: string) => ({
  before: leastOf(looks, hotkey, 2),
  day: leastOf(looks, hotkey, 1),
  since: leastOf(looks, hotkey, 0)
})

/** The voters' weight and the whole whitelist's, without a validator that the decision removes. After the subnet's end, the last whole day counts. */
export const weigh = (looks: Looks, whitelist: Iterable<string>, voters: ReadonlyArray<string>, ended: boolean, removed?: unknown) => {
  let [weight, day, before] = [0n, 0n, 0n]
  for (const hotkey of whitelist) {
    if (hotkey === removed) continue
    const noted = notedOf(looks, hotkey)
    day += noted.day
    before += ended ? 0n : noted.before
    if (voters.includes(hotkey)) weight += ended || noted.day <= noted.since ? noted.day : noted.since
  }
  return { weight, total: before < day ? day : before }
}
