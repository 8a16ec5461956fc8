/** Past settlements that this validator lacks, because it lost its folder or did not settle, come back from the others. */
import { Effect, Option, Schema } from "effect"
import type { AccountAddress } from "../domain/Account.ts"
import { canonicalHash } from "../domain/canonicalJson.ts"
import type { Voter } from "../domain/Electorate.ts"
import { isDecided, Settlement } from "../domain/Settlement.ts"
import { PeerReports } from "../layers/chain/axon/reports/PeerReports.ts"
import { contained } from "../layers/machine/effects/contained.ts"
import { Settlements } from "../layers/storage/dataFolder/Settlements.ts"
import { HELD_EPOCHS } from "./rules/hold.ts"

/** Concurrent requests. A stalled one takes three seconds. */
const CONCURRENCY = 16

const decode = Schema.decodeUnknownOption(Schema.parseJson(Settlement))
const encode = Schema.encodeSync(Settlement)

/** The settlement of an epoch that validators with more than half of all stake serve, by its hash; none if there is no such. */
const fromMost = Effect.fn("settlementFromMost")(function* (epoch: number, voters: ReadonlyArray<Voter>, own: AccountAddress) {
  const reports = yield* PeerReports
  const answers = yield* Effect.forEach(
    voters.filter(({ hotkey }) => hotkey !== own),
    ({ hotkey, stake, axon }) => {
      if (axon === null) return Effect.succeedNone
      const asked = Effect.map(Effect.option(reports.settlement({ ...axon, hotkey }, epoch)), (text) =>
        Option.flatMap(text, decode).pipe(
          Option.filter((found) => found.epoch === epoch),
          Option.map((found) => ({ found, stake, hash: canonicalHash(encode(found)) }))
        )
      )
      return contained("peer", hotkey, asked, () => Effect.succeedNone)
    },
    { concurrency: CONCURRENCY }
  )
  const given = answers.flatMap(Option.toArray)
  const weightOf = (some: ReadonlyArray<Pick<Voter, "stake">>) => some.reduce((sum, { stake }) => sum + stake, 0n)
  return given.find(({ hash }) => 2n * weightOf(given.filter((one) => one.hash === hash)) > weightOf(voters))?.found
})

/** Looks back from an epoch, as far as weights may be held, to the last consensus or to an epoch of which nobody knows. `voters`: of the epoch. */
export const recoverSettlements = Effect.fn("recoverSettlements")(function* (
  epoch: number,
  voters: ReadonlyArray<Voter>,
  own: AccountAddress
) {
  const settlements = yield* Settlements
  for (let past = epoch - 1; past >= Math.max(0, epoch - HELD_EPOCHS); past--) {
    const kept = yield* settlements.read(past)
    const found = kept ?? (yield* fromMost(past, voters, own))
    if (found === undefined) return
    if (kept === undefined) {
      yield* settlements.keep(found)
      yield* Effect.logInfo(`the settlement of epoch ${past} came from other validators`)
    }
    if (isDecided(found)) return
  }
})
