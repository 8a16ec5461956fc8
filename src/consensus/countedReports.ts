/** Selects the reports of an epoch that this validator has, and those that count. */
import { Effect } from "effect"
import type { AccountAddress } from "../domain/Account.ts"
import type { Report } from "../domain/Report.ts"
import { Challenges } from "../layers/storage/dataFolder/Challenges.ts"
import { Equivocations } from "../layers/storage/dataFolder/Equivocations.ts"
import { PeerArchive } from "../layers/storage/dataFolder/PeerArchive.ts"

/** The validators whose reports of an epoch are here, without those that signed two and those that failed the last epoch's challenge: what to commit. */
export const seenReports = Effect.fn("seenReports")(function* (epoch: number) {
  const [peers, equivocations, challenges] = yield* Effect.all([PeerArchive, Equivocations, Challenges])
  const [had, proven, failed] = [yield* peers.of(epoch), yield* equivocations.of(epoch), yield* challenges.of(epoch - 1)]
  return [...had.keys()].filter((hotkey) => !proven.has(hotkey) && !failed.has(hotkey))
})

/** The reports of these validators, which must be here. */
export const countedReports = Effect.fn("countedReports")(function* (epoch: number, counted: Iterable<AccountAddress>) {
  const had = yield* (yield* PeerArchive).of(epoch)
  const reports: ReadonlyMap<AccountAddress, Report> = new Map(
    [...counted].flatMap((hotkey) => {
      const body = had.get(hotkey)?.body
      return body === undefined ? [] : [[hotkey, body] as const]
    })
  )
  return reports
})
