/** Enrols for an issue, or skips it. */
import { Effect, Layer } from "effect"
import type { Choice } from "../../domain/Enrolment.ts"
import * as Dendrite from "../../layers/axon/Dendrite.ts"
import { alpha, print } from "../../layers/terminal/output.ts"
import { enrol } from "../../roles/miner/enrol.ts"
import { type ContractOptions, contractLayer } from "../shared/chainServices.ts"
import { withKey } from "../shared/keys.ts"
import type { KeyOptions } from "../shared/options.ts"

export interface EnrollOptions extends ContractOptions {
  readonly issue: number
  readonly key: KeyOptions
  readonly json: boolean
}

export const run = (choice: Choice) => (options: EnrollOptions) =>
  withKey("hotkey", options.key, (hotkey) =>
    Effect.gen(function* () {
      const done = yield* enrol(hotkey, options.issue, choice)
      yield* print(
        options.json,
        {
          hotkey: hotkey.address,
          issue: done.issue.id,
          choice,
          validFrom: done.validFrom,
          validUntil: done.validUntil,
          validators: done.deliveries
        },
        () => [
          `${choice === "enrol" ? "enrolled for" : "skipping"} issue ${done.issue.id} (${done.issue.repository}#${done.issue.number}, ${alpha(done.issue.bounty)}) until block ${done.validUntil}`,
          ...done.deliveries.map(({ hotkey, axon, reason }) => `  ${hotkey} at ${axon}: ${reason}`)
        ]
      )
    }).pipe(Effect.provide(Layer.merge(contractLayer(options), Dendrite.layer)))
  )
