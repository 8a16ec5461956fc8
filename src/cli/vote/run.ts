/**
 * Votes by hand, which no rule on GitHub's record decides: about a bounty that the chain refuses to pay, about a decision that waits, and about a pair that should
 * not compete.
 */
import { Effect, Option, Schema } from "effect"
import type { ContractEvent, OutcomeChoice } from "../../contract-client/generated.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import { percent } from "../../layers/terminal/figures.ts"
import { type CallOptions, callOf, contractCall } from "../shared/contractCall.ts"

export interface VoteOptions extends CallOptions {
  readonly issue: number
  readonly payTo: Option.Option<AccountAddress>
  readonly cancel: boolean
  readonly takeBack: boolean
  readonly dissolve: boolean
}

class OneChoice extends Schema.TaggedError<OneChoice>()("OneChoice", {}) {
  override get message() {
    return "give one of --pay-to COLDKEY, --payment-impossible, --take-back and --dissolve"
  }
}

const choiceOf = ({ payTo, cancel, takeBack, dissolve }: VoteOptions): Option.Option<OutcomeChoice> => {
  const choices: ReadonlyArray<OutcomeChoice> = [
    ...Option.toArray(payTo).map((coldkey) => ({ _tag: "PayTo" as const, coldkey })),
    ...(cancel ? [{ _tag: "Cancelled" as const, reason: { _tag: "PaymentImpossible" as const } }] : []),
    ...(takeBack ? [{ _tag: "TakenBack" as const }] : []),
    ...(dissolve ? [{ _tag: "Dissolved" as const }] : [])
  ]
  return choices.length === 1 ? Option.fromIterable(choices) : Option.none()
}

const wordsOf = (choice: OutcomeChoice, issue: number): string => {
  switch (choice._tag) {
    case "PayTo":
      return `pay the bounty of issue ${issue} to ${choice.coldkey}`
    case "TakenBack":
      return `take back what was decided on issue ${issue}`
    case "Dissolved":
      return `dissolve the pair on issue ${issue}`
    default:
      return `cancel issue ${issue}, because its winner cannot be paid`
  }
}

/** The events of a vote with which the ballot passed. */
const passing: ReadonlySet<ContractEvent["_tag"]> = new Set(["PayeeNamed", "OutcomeDecided", "OutcomeTakenBack", "CompetitionVoided"])

export const run = (options: VoteOptions) =>
  Effect.gen(function* () {
    const choice = yield* Effect.mapError(choiceOf(options), () => new OneChoice())
    const { issue } = options
    yield* contractCall("hotkey", options, (caller) =>
      Effect.succeed(
        callOf({
          message: "voteOutcome",
          args: { issue, choice },
          facts: ({ events }) => {
            const voted = events.find((event) => event._tag === "OutcomeVoted")
            const passed = events.some(({ _tag }) => passing.has(_tag))
            const takesEffectFrom = events.find((event) => event._tag === "OutcomeDecided")?.from ?? null
            return { issue, choice, caller, passed, takesEffectFrom, weight: voted?.weight ?? 0n, totalWeight: voted?.totalWeight ?? 0n }
          },
          does: () => `vote to ${wordsOf(choice, issue)}`,
          did: ({ passed, takesEffectFrom, weight, totalWeight }) => [
            passed
              ? `decided, with ${percent(weight, totalWeight)} of the validators' weight: ${wordsOf(choice, issue)}`
              : `voted to ${wordsOf(choice, issue)}, as have now ${percent(weight, totalWeight)} of the validators' weight`,
            ...(takesEffectFrom === null ? [] : [`it takes effect from block ${takesEffectFrom} on, unless the validators take it back`])
          ]
        })
      )
    )
  })
