/** Enrols for an issue, after showing its terms and asking for consent, or skips it. */
import { Console, Effect, Layer } from "effect"
import type { Choice } from "../../domain/Enrolment.ts"
import { OperationFailed } from "../../domain/failures.ts"
import * as Dendrite from "../../layers/chain/axon/Dendrite.ts"
import { repositoryTexts } from "../../layers/github/repositoryTexts.ts"
import { alpha, print } from "../../layers/machine/terminal/output.ts"
import { paragraph } from "../../layers/machine/terminal/paragraph.ts"
import { safe } from "../../layers/machine/terminal/screen/text.ts"
import { type Agree, enrol } from "../../roles/miner/enrol.ts"
import { aiAnswerOf, whyPersonDecides } from "../../roles/miner/rules/aiPolicy.ts"
import { termsOf } from "../../story/enrolling.ts"
import { type ContractOptions, contractLayer } from "../shared/chainServices.ts"
import { confirm, withKey } from "../shared/keys.ts"
import type { KeyOptions } from "../shared/options.ts"
import { policyOnGitHub } from "../shared/policyText.ts"

export interface EnrollOptions extends ContractOptions {
  readonly issue: number
  readonly key: KeyOptions
  readonly json: boolean
}

/** `yes`: consents to the terms in advance. `human`: states that a person decided about this enrolment. */
interface Consent {
  readonly yes: boolean
  readonly human: boolean
}

/** Refuses `--yes` alone, as an agent gives it, where the maintainers refuse AI or their answer is not known. */
const refuseWithoutPerson = (repository: string) =>
  Effect.gen(function* () {
    const policy = yield* Effect.scoped(Effect.flatMap(repositoryTexts, (read) => policyOnGitHub(read, repository)))
    const why = whyPersonDecides(repository, aiAnswerOf(policy))
    if (why !== null)
      return yield* new OperationFailed({
        message: `${why}, so --yes alone does not enrol there: if a person decided to compete and writes the pull requests, add --human; nothing was sent`
      })
  })

const agreeing =
  ({ yes, human }: Consent) =>
  (...[{ bounty, id, number, repository }, enrolling]: Parameters<Agree<never, never>>) =>
    Effect.gen(function* () {
      const terms = termsOf(enrolling)
      const question = `Enrol for issue ${id} (${repository}#${number}, ${alpha(bounty)}) on these terms?`
      if (yes && !human) yield* refuseWithoutPerson(repository)
      if (yes || !process.stdin.isTTY) return yield* confirm([...terms, question].join(" "), yes)
      yield* Console.log(terms.flatMap((term) => paragraph(safe(term), 0, 2)).join("\n"))
      yield* confirm(question, false)
    })

const send = <E, R>(choice: Choice, options: EnrollOptions, agree: Agree<E, R>) =>
  withKey("hotkey", options.key, (hotkey) =>
    Effect.gen(function* () {
      const done = yield* enrol(hotkey, options.issue, choice, agree)
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

export const enroll = (options: EnrollOptions & Consent) => send("enrol", options, agreeing(options))
/** A skip commits to nothing, so nothing is asked. */
export const skip = (options: EnrollOptions) => send("skip", options, () => Effect.void)
