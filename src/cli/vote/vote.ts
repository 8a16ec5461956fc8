/** Casts a vote by hand on an issue's outcome. */
import { Effect, Option } from "effect"
import type { CancelReason, Competition, Issue, OutcomeChoice } from "../../contract-client/generated.ts"
import { waitOf } from "../../contract-client/standing.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import { InvalidInput, OperationFailed } from "../../domain/failures.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import * as GitHubAccounts from "../../layers/github/accounts/GitHubAccounts.ts"
import * as GitHub from "../../layers/github/GitHub.ts"
import { clockNow } from "../../roles/miner/calendar.ts"
import { choiceText } from "../../story/choices.ts"
import { blocksText, type Pace } from "../../story/time.ts"
import { type CallOptions, callOf, contractCall } from "../shared/contractCall.ts"
import { landedByHand } from "./landedByHand.ts"

export interface VoteOptions extends CallOptions {
  readonly issue: number
  readonly solvedBy: Option.Option<AccountAddress>
  readonly pullRequest: Option.Option<number>
  readonly commit: Option.Option<string>
  readonly cancel: Option.Option<CancelReason>
  readonly unsolved: boolean
  readonly spare: ReadonlyArray<AccountAddress>
  readonly dissolve: boolean
  readonly withdraw: boolean
}

const oneChoice = () =>
  new InvalidInput({
    message:
      "give one of --solved-by HOTKEY with --pull-request N or --commit HASH, --cancel REASON, --unsolved, --dissolve and --withdraw; --spare goes with --unsolved"
  })

/** The choice from the options. The contract itself refuses a choice that needs a match if there is none. */
const choiceOf = (
  { cancel, dissolve, issue, pullRequest, solvedBy, spare, unsolved }: VoteOptions,
  competition: Competition | null
): Effect.Effect<OutcomeChoice, InvalidInput> => {
  const stranger = spare.find((hotkey) => hotkey !== competition?.a.hotkey && hotkey !== competition?.b.hotkey)
  if (stranger !== undefined) return new InvalidInput({ message: `--spare ${stranger} does not compete for issue ${issue}` })
  const costs = (side: "a" | "b") => competition === null || !spare.includes(competition[side].hotkey)
  const choices: ReadonlyArray<OutcomeChoice> = [
    ...Option.toArray(Option.all({ hotkey: solvedBy, pullRequest })).map((by) => ({ _tag: "Solved" as const, ...by })),
    ...Option.toArray(cancel).map((reason) => ({ _tag: "Cancelled" as const, reason })),
    ...(unsolved ? [{ _tag: "Unsolved" as const, slashA: costs("a"), slashB: costs("b") }] : []),
    ...(dissolve ? [{ _tag: "Dissolved" as const }] : [])
  ]
  const [choice] = choices
  const isHalf = Option.isSome(solvedBy) !== Option.isSome(pullRequest) || (spare.length > 0 && !unsolved)
  return choice === undefined || choices.length > 1 || isHalf ? oneChoice() : Effect.succeed(choice)
}

const withdrawVote = (options: VoteOptions) =>
  contractCall("hotkey", options, (caller) => {
    const { issue, solvedBy, pullRequest, commit, cancel, unsolved, spare, dissolve } = options
    const given: ReadonlyArray<Option.Option<unknown>> = [solvedBy, pullRequest, commit, cancel]
    if (given.some((one) => Option.isSome(one)) || unsolved || spare.length > 0 || dissolve) return oneChoice()
    return Effect.succeed(
      callOf({
        message: "withdrawOutcomeVote",
        args: { issue },
        facts: () => ({ issue, caller }),
        does: () => `withdraw the vote on issue ${issue}`,
        did: () => [`withdrew the vote on issue ${issue}`]
      })
    )
  })

interface Ballot {
  readonly issue: number
  readonly choice: OutcomeChoice
  readonly caller: AccountAddress
  readonly wait: number
  /** What it weighs at most, in rao: what is noted now. */
  readonly weight: bigint
  readonly pace: Pace | null
  readonly commit: Option.Option<string>
}

const ballot = ({ issue, choice, caller, wait, weight, pace, commit }: Ballot) =>
  callOf({
    message: "voteOutcome",
    args: { issue, choice },
    facts: ({ events }) => {
      const since = events.find((event) => event._tag === "OutcomeVoted")?.since ?? null
      return { issue, choice, caller, since, countsFrom: since === null ? null : since + wait, commit: Option.getOrNull(commit) }
    },
    does: () => `vote on issue ${issue}: ${choiceText(choice)}`,
    did: ({ countsFrom }) => [
      `voted on issue ${issue}: ${choiceText(choice)}`,
      `the vote counts once it has stood for ${blocksText(wait, pace)}${countsFrom === null ? "" : `, from block ${countsFrom} on`}; until the issue is settled it can be changed`,
      ...(weight === 0n
        ? ["it weighs nothing: you have no effective stake yet. Withdraw it (--withdraw) and vote again after the daily rollover"]
        : [])
    ]
  })

/** The options, with the pull request that a commit landed by hand. */
const withPullRequest = (options: VoteOptions, issue: Issue | null, competition: Competition | null) => {
  const { commit, pullRequest, solvedBy } = options
  if (Option.isNone(commit)) return Effect.succeed(options)
  if (Option.isNone(solvedBy) || Option.isSome(pullRequest)) return oneChoice()
  if (issue === null || competition === null) return new OperationFailed({ message: `no match runs for issue ${options.issue}` })
  return landedByHand(issue, competition, solvedBy.value, commit.value).pipe(
    Effect.provide(GitHubAccounts.layer),
    Effect.provide(GitHub.layer),
    Effect.map((number): VoteOptions => ({ ...options, pullRequest: Option.some(number) }))
  )
}

const castVote = (options: VoteOptions) =>
  contractCall("hotkey", options, (caller) =>
    Effect.gen(function* () {
      const contract = yield* Contract
      const { commit, issue: id } = options
      const issue = yield* contract.stored("issue", { id })
      const competing = issue?.competition ?? null
      const competition = competing === null ? null : yield* contract.stored("competition", { id: competing })
      const { pace } = yield* clockNow
      const choice = yield* choiceOf(yield* withPullRequest(options, issue, competition), competition)
      const { validators } = yield* contract.read("validators", {})
      const weight = validators.find(({ hotkey }) => hotkey === caller)?.weight ?? 0n
      return ballot({ issue: id, choice, caller, wait: waitOf(competition, yield* contract.config), weight, pace, commit })
    })
  )

export const run = (options: VoteOptions) =>
  Effect.gen(function* () {
    if (options.withdraw) yield* withdrawVote(options)
    else yield* castVote(options)
  })
