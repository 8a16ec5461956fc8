/** Votes by hand on a bounty that the chain refuses to pay. No rule can tell who the winner's other coldkeys are, so the daemon does not vote this. */
import { Effect, Option, Schema } from "effect"
import type { OutcomeChoice } from "../../contract-client/generated.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import { percent } from "../../terminal/figures.ts"
import { type CallOptions, callOf, contractCall } from "../shared/contractCall.ts"

export interface VoteOptions extends CallOptions {
  readonly issue: number
  readonly payTo: Option.Option<AccountAddress>
  readonly cancel: boolean
}

class OneChoice extends Schema.TaggedError<OneChoice>()("OneChoice", {}) {
  override get message() {
    return "give one of --pay-to COLDKEY and --payment-impossible"
  }
}

const choiceOf = ({ payTo, cancel }: VoteOptions): Option.Option<OutcomeChoice> => {
  if (Option.isSome(payTo) === cancel) return Option.none()
  return Option.isSome(payTo)
    ? Option.some({ _tag: "PayTo", coldkey: payTo.value })
    : Option.some({ _tag: "Cancelled", reason: { _tag: "PaymentImpossible" } })
}

const wordsOf = (choice: OutcomeChoice, issue: number): string =>
  choice._tag === "PayTo"
    ? `pay the bounty of issue ${issue} to ${choice.coldkey}`
    : `cancel issue ${issue}, because its winner cannot be paid`

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
            const passed = events.some(({ _tag }) => _tag === "PayeeNamed" || _tag === "IssueCancelled")
            return { issue, choice, caller, passed, weight: voted?.weight ?? 0n, totalWeight: voted?.totalWeight ?? 0n }
          },
          does: () => `vote to ${wordsOf(choice, issue)}`,
          did: ({ passed, weight, totalWeight }) => [
            passed
              ? `decided, with ${percent(weight, totalWeight)} of the validators' weight: ${wordsOf(choice, issue)}`
              : `voted to ${wordsOf(choice, issue)}, as have now ${percent(weight, totalWeight)} of the validators' weight`
          ]
        })
      )
    )
  })
