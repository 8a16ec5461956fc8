/** `gittensor mine enroll ISSUE` and `gittensor mine skip ISSUE`. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import { Effect, Layer } from "effect"
import type { Choice } from "../../domain/Enrolment.ts"
import * as Dendrite from "../../layers/Dendrite.ts"
import { enrol } from "../../miner/enrol.ts"
import { alpha, print } from "../../terminal/output.ts"
import { withKey } from "../keys.ts"
import { contract, contractLayer, json, key, network, wholeNumber } from "../options.ts"

const issue = Args.text({ name: "issue" }).pipe(
  Args.mapEffect((text) => Effect.mapError(wholeNumber("issue", 1, 4_294_967_295)(text), ({ error }) => error)),
  Args.withDescription('the contract\'s number of the issue, as "gittensor mine issues" shows it')
)

const command = (name: string, choice: Choice, description: string) =>
  Command.make(name, { issue, network, contract, key, json }, (options) =>
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
  ).pipe(Command.withDescription(description))

export const enroll = command("enroll", "enrol", "enrol for an issue with every validator")
export const skip = command("skip", "skip", "say that you are there and pass on this issue")
