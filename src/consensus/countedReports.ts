/** Selects the received reports that count in an epoch. */
import { Effect } from "effect"
import type { AccountAddress } from "../domain/Account.ts"
import { type Report, reportHash } from "../domain/Report.ts"
import { count } from "../layers/machine/telemetry/metrics.ts"
import { Challenges } from "../layers/storage/dataFolder/Challenges.ts"
import { Equivocations } from "../layers/storage/dataFolder/Equivocations.ts"
import { PeerArchive } from "../layers/storage/dataFolder/PeerArchive.ts"
import { Reports } from "../layers/storage/dataFolder/Reports.ts"
import type { Collection } from "./Collection.ts"
import { type Refusal, refusalOf } from "./rules/admission.ts"

export interface CountedReports {
  /** By hotkey. */
  readonly reports: ReadonlyMap<AccountAddress, Report>
  /** Why this validator's own report does not count; undefined if it does, or there is none. */
  readonly ownRefusal: Refusal | undefined
}

/** The reports of an epoch that count as of now. `own`: this validator, whose report must pass the same rules. */
export const countedReports = Effect.fn("countedReports")(function* (collection: Collection, own: AccountAddress) {
  const [archive, peers, equivocations, challenges] = yield* Effect.all([Reports, PeerArchive, Equivocations, Challenges])
  const epoch = collection.epoch.index
  const [proven, failed] = [yield* equivocations.of(epoch), yield* challenges.of(epoch - 1)]
  const reports = new Map<AccountAddress, Report>()
  for (const [hotkey, { body }] of yield* peers.of(epoch)) {
    const refusal: Refusal | undefined = proven.has(hotkey) ? "equivocation" : failed.has(hotkey) ? "challenge failed" : undefined
    if (refusal === undefined) reports.set(hotkey, body)
    else yield* count("gittensor_peer_reports_refused_total", { reason: refusal })
  }
  const report = (yield* archive.read(epoch))?.body
  const self = collection.peers.find(({ hotkey }) => hotkey === own)
  if (report === undefined || self === undefined) return { reports, ownRefusal: undefined } satisfies CountedReports
  const ownRefusal = proven.has(own) ? "equivocation" : refusalOf(report, reportHash(report), { ...collection, ...self })
  if (ownRefusal === undefined) reports.set(own, report)
  const counted: CountedReports = { reports, ownRefusal }
  return counted
})
