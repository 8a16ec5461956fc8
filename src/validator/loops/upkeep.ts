/** The upkeep loop's step: harvest, expire and pay what is due and this validator's turn. */
import { Effect } from "effect"
import type { KeyPair } from "../../domain/KeyPair.ts"
import type { BlockReference } from "../../layers/chain/Chain.ts"
import { choresOf } from "../../scoring/issue_competitions/upkeep.ts"
import { count } from "../../telemetry/metrics.ts"
import { Sender } from "../Sender.ts"

export const make = (hotkey: KeyPair) =>
  Effect.map(Sender, (sender) =>
    Effect.fn("validator.upkeep")(function* (head: BlockReference) {
      yield* Effect.forEach(
        yield* choresOf(hotkey.address, head),
        (chore) =>
          sender.perform(chore).pipe(
            // Another validator was faster, or the block has not come yet.
            Effect.catchTag("ContractRefusal", (refusal) =>
              Effect.zipRight(count("gittensor_upkeep_total", { chore: chore._tag, result: "refused" }), Effect.logDebug(refusal.message))
            ),
            Effect.annotateLogs({ ...chore })
          ),
        { discard: true }
      )
    })
  )
