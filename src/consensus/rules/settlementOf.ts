/** Settles an epoch from its reports. Pure: the same reports and the same chain give the same settlement. */
import type { AccountAddress } from "../../domain/Account.ts"
import type { Electorate } from "../../domain/Electorate.ts"
import type { Epoch } from "../../domain/Epoch.ts"
import { RECYCLE_UID } from "../../domain/Metagraph.ts"
import { type Report, reportHash } from "../../domain/Report.ts"
import type { Settlement } from "../../domain/Settlement.ts"
import { aggregate } from "./aggregate.ts"
import { withHysteresis } from "./hysteresis.ts"
import { normalise } from "./normalise.ts"

/** `reports`: those that count, by hotkey. Reports of others are ignored. */
export const settlementOf = (
  { index, firstBlock }: Epoch,
  roster: string,
  { voters, neurons }: Electorate,
  reports: ReadonlyMap<AccountAddress, Report>
): Settlement => {
  const { quorum, values } = aggregate(
    voters.map(({ hotkey, stake }) => ({ hotkey, stake, scores: reports.get(hotkey)?.scores ?? null })),
    neurons
  )
  const divided = normalise(values) ?? []
  // The chain's consensus covers all pools. A UID that earns nothing from contributions, as the treasury, cannot lead them.
  const others = new Set([RECYCLE_UID, ...divided.flatMap(({ uid, ppm }) => (ppm === 0 ? [uid] : []))])
  const weights = new Map(withHysteresis(divided, neurons, others).map(({ uid, ppm }) => [uid, ppm]))
  const hotkeys = new Map(neurons.map(({ uid, hotkey }) => [uid, hotkey]))
  return {
    format: "gittensor/settlement/v1",
    epoch: index,
    block: firstBlock,
    roster,
    voters: voters
      .toSorted((left, right) => (left.hotkey < right.hotkey ? -1 : 1))
      .map(({ hotkey, stake }) => {
        const report = reports.get(hotkey)
        return { hotkey, stake, report: report === undefined ? null : reportHash(report) }
      }),
    quorum,
    values: (values ?? []).flatMap(({ uid, value, source }) => {
      const hotkey = hotkeys.get(uid)
      return hotkey === undefined ? [] : [{ uid, hotkey, value, source, ppm: weights.get(uid) ?? 0 }]
    })
  }
}
