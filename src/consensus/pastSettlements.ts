/** The settlement before, which the counted reports name by its hash, comes from any validator that has it. */
import { Effect, Option, Ref, Schema } from "effect"
import type { AxonTarget } from "../domain/Metagraph.ts"
import { Settlement, settlementHash } from "../domain/Settlement.ts"
import { PeerReports } from "../layers/chain/axon/reports/PeerReports.ts"
import { contained } from "../layers/machine/effects/contained.ts"
import { Settlements, settlementNamed } from "../layers/storage/dataFolder/Settlements.ts"
import { HELD_EPOCHS } from "../rules/consensus/hold.ts"

/** Concurrent requests. A stalled one takes three seconds. */
const CONCURRENCY = 16

const decode = Schema.decodeUnknownOption(Schema.parseJson(Settlement))

/** The settlement with this hash, of one of the `HELD_EPOCHS` epochs before `epoch`; undefined if none of these axons gives it. */
export const fetchSettlement = Effect.fn("fetchSettlement")(function* (hash: string, epoch: number, axons: ReadonlyArray<AxonTarget>) {
  const reports = yield* PeerReports
  const answering = yield* Ref.make(axons)
  for (let past = epoch - 1; past >= Math.max(0, epoch - HELD_EPOCHS); past--) {
    const ask = (axon: AxonTarget) =>
      reports.settlement(axon, past).pipe(
        Effect.map(decode),
        Effect.catchAll(({ reason }) => {
          const isSilent = reason === "unreachable" || reason === "slow"
          return Effect.as(isSilent ? Ref.update(answering, (all) => all.filter((one) => one !== axon)) : Effect.void, Option.none())
        })
      )
    const answers = yield* Effect.forEach(
      yield* Ref.get(answering),
      (axon) => contained("peer", axon.hotkey, ask(axon), () => Effect.succeedNone),
      { concurrency: CONCURRENCY }
    )
    const found = answers.flatMap(Option.toArray).find((one) => one.epoch === past && settlementHash(one) === hash)
    if (found !== undefined) return found
  }
  return undefined
})

/** The settlement with this hash from the folder or else from these validators. It is stored. */
export const settlementBefore = Effect.fn("settlementBefore")(function* (hash: string, epoch: number, axons: ReadonlyArray<AxonTarget>) {
  const kept = yield* settlementNamed(hash, epoch - 1)
  if (kept !== undefined) return kept
  const found = yield* fetchSettlement(hash, epoch, axons)
  if (found === undefined) return undefined
  yield* Effect.logInfo(`the settlement of epoch ${found.epoch} came from another validator`)
  yield* (yield* Settlements).keep(found)
  return found
})
