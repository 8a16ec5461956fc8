/** Enrols for an issue, after showing its terms and asking for consent, or skips it. */
import { Console, Effect, Layer } from "effect"
import type { Choice } from "../../domain/Enrolment.ts"
import * as Dendrite from "../../layers/chain/axon/Dendrite.ts"
import { alpha, print } from "../../layers/machine/terminal/output.ts"
import { paragraph } from "../../layers/machine/terminal/paragraph.ts"
import { safe } from "../../layers/machine/terminal/screen/text.ts"
import { enrol, opened } from "../../roles/miner/enrol.ts"
import { agreeing } from "../shared/agreeing.ts"
import { type ContractOptions, contractLayer } from "../shared/chainServices.ts"
import { confirm, withKey } from "../shared/keys.ts"
import type { KeyOptions } from "../shared/options.ts"

export interface EnrollOptions extends ContractOptions {
  readonly issue: number
  readonly key: KeyOptions
  /** Whether `--yes` consents to the terms in advance. */
  readonly yes: boolean
  readonly json: boolean
}

export const run = (choice: Choice) => (options: EnrollOptions) =>
  withKey("hotkey", options.key, (hotkey) =>
    Effect.gen(function* () {
      const agree = agreeing(choice, ({ question, terms }) =>
        Effect.gen(function* () {
          if (options.yes || !process.stdin.isTTY) return yield* confirm([...terms, question].join(" "), options.yes)
          yield* Console.log(terms.flatMap((term) => paragraph(safe(term), 0, 2)).join("\n"))
          yield* confirm(question, false)
        })
      )
      const done = yield* enrol(opened(hotkey), options.issue, choice, agree)
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
