/**
 * The average over epochs by which weights are set: 0.70 of an epoch's own shares and 0.30 of the average before it. A function of the reports alone, so that
 * a validator that lost its memory, or anybody who has the reports, comes to the same number.
 */
import type { Rewards } from "./rewards.ts"

/** Reports that count: what an older one would add is less than a tenth of a part per million. */
export const AVERAGED_EPOCHS = 16

const NEW = 7n
const OLD = 3n
const WHOLE = NEW + OLD

/**
 * The average share of each hotkey in parts per million, of its shares in the last reports, oldest first; epochs without a report are passed over, and a
 * hotkey that a report does not name had nothing in it. The oldest report stands for all before it. Exact, with fractions cut once at the end, so that
 * all shares together are never more than the largest sum of one report.
 */
export const movingAverage = <Hotkey extends string>(reports: ReadonlyArray<ReadonlyMap<Hotkey, number>>): ReadonlyMap<Hotkey, number> => {
  const counted = reports.slice(-AVERAGED_EPOCHS)
  const hotkeys = [...new Set(counted.flatMap((report) => [...report.keys()]))].sort()
  const denominator = WHOLE ** BigInt(Math.max(0, counted.length - 1))
  const averages = new Map<Hotkey, number>()
  for (const hotkey of hotkeys) {
    // In units of 10^-(number of reports before).
    const numerator = counted.reduce((sum, report, index) => {
      const share = BigInt(report.get(hotkey) ?? 0) * WHOLE ** BigInt(Math.max(0, index - 1))
      return index === 0 ? share : sum * OLD + share * NEW
    }, 0n)
    const parts = Number(numerator / denominator)
    if (parts > 0) averages.set(hotkey, parts)
  }
  return averages
}

/** Averages by the UIDs that their hotkeys hold now; who is not registered any more gets nothing. */
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
