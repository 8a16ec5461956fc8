/** Validators' accusations after the challenge of an epoch's reports. Shown as each validator's unproven claim. */
import { Effect, Option, Schema } from "effect"
import { type Finding, finding } from "../../../../consensus/audit/findings.ts"
import { ChallengeFinding } from "../../../../domain/ChallengeFinding.ts"
import type { EpochState } from "../../../../domain/EpochState.ts"
import { PeerReports } from "../../../../layers/chain/axon/reports/PeerReports.ts"
import { contained } from "../../../../layers/machine/effects/contained.ts"

/** Validators asked concurrently. One that stalls takes three seconds. */
const CONCURRENCY = 16

const decodeAnswer = Schema.decodeUnknownOption(Schema.parseJson(Schema.Struct({ challenges: Schema.Array(Schema.Unknown) })))
const decodeFinding = Schema.decodeUnknownOption(ChallengeFinding)

/** Asks the epoch's voters. Each validator's first claim about another voter counts. */
export const readChallenges = Effect.fn("readChallenges")(function* ({ axons, voters, epoch }: EpochState) {
  const peers = yield* PeerReports
  const hotkeys = new Set(voters.map(({ hotkey }) => hotkey))
  const ask = Effect.fn("askForChallenges")(
    function* (axon: EpochState["axons"][number]) {
      const text = yield* Effect.option(peers.evidence(axon, epoch))
      const told = Option.flatMap(text, decodeAnswer)
      const found = new Map<string, Finding>()
      for (const item of Option.match(told, { onNone: () => [], onSome: ({ challenges }) => challenges.slice(0, voters.length) }))
        for (const { epoch: of, validator, report, faults } of Option.toArray(decodeFinding(item))) {
          if (of !== epoch || !hotkeys.has(validator) || validator === axon.hotkey || found.has(validator)) continue
          const [first] = faults
          const text = `${axon.hotkey} holds against its report ${report.slice(0, 8)}… that of the records drawn ${faults.length} ${faults.length === 1 ? "was" : "were"} not shown as they must; that of draw ${first.draw} is ${first.fault}: ${first.why}`
          found.set(validator, finding("failed challenge", validator, text, { giver: axon.hotkey }))
        }
      return [...found.values()]
    },
    (asking, { hotkey }) => contained("peer", hotkey, asking, () => Effect.succeed([]))
  )
  const voices = axons.filter(({ hotkey }) => hotkeys.has(hotkey))
  return (yield* Effect.forEach(voices, ask, { concurrency: CONCURRENCY })).flat()
})
