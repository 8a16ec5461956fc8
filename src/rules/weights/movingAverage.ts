/**
 * The average over epochs by which weights are set: 0.70 of an epoch's own shares plus 0.30 of the average before it (docs/reference/validator.md,
 * “Contributions and weights”). It depends on reports alone, so that the same reports give the same numbers.
 */
import type { Rewards } from "./rewards.ts"

/** How many epochs count. An older one would add less than a tenth of a part per million. */
export const AVERAGED_EPOCHS = 16

const NEW_PARTS = 7n
const OLD_PARTS = 3n
const ALL_PARTS = NEW_PARTS + OLD_PARTS

/**
 * Each hotkey's average share in parts per million. `epochs`: shares by epoch, oldest first; epochs that were not scored are left out, and a hotkey
 * that an epoch does not name earned nothing in it. The oldest epoch also stands for all earlier ones. Exact, with fractions cut once at the end, so
 * that the shares never add up to more than the largest sum of one epoch.
 */
export const movingAverage = <Hotkey extends string>(epochs: ReadonlyArray<ReadonlyMap<Hotkey, number>>): ReadonlyMap<Hotkey, number> => {
  const counted = epochs.slice(-AVERAGED_EPOCHS)
  const hotkeys = [...new Set(counted.flatMap((shares) => [...shares.keys()]))].sort()
  const denominator = ALL_PARTS ** BigInt(Math.max(0, counted.length - 1))
  const averages = new Map<Hotkey, number>()
  for (const hotkey of hotkeys) {
    // In units of 10^-(number of epochs before it).
    const numerator = counted.reduce((sum, shares, index) => {
      const share = BigInt(shares.get(hotkey) ?? 0) * ALL_PARTS ** BigInt(Math.max(0, index - 1))
      return index === 0 ? share : sum * OLD_PARTS + share * NEW_PARTS
    }, 0n)
    const parts = Number(numerator / denominator)
    if (parts > 0) averages.set(hotkey, parts)
  }
  return averages
}

/** Averages by current UID. A hotkey that is no longer registered gets nothing. */
export const byUid = <Hotkey extends string>(
  averages: ReadonlyMap<Hotkey, number>,
  neurons: ReadonlyArray<{ readonly uid: number; readonly hotkey: Hotkey }>
): Rewards =>
  new Map(
    neurons.flatMap(({ uid, hotkey }) => {
      const parts = averages.get(hotkey)
      return parts === undefined ? [] : [[uid, parts] as const]
    })
  )
