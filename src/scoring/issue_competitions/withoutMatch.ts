/**
 * Ends registered issues without a match: turned down, solved by others, gone, or refused a bounty. Each is checked every few hours only: nothing
 * about it is urgent, and there may be hundreds.
 */
import { Effect, Ref } from "effect"
import type { Issue } from "../../contract-client/generated.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import type { IssueEvidence } from "../../domain/IssueEvidence.ts"
import { blocksNeeded, STANDS_FOR, saysAgain } from "../../domain/Watch.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import type { BlockReference } from "../../layers/chain/node/Chain.ts"
import { GitHub } from "../../layers/github/GitHub.ts"
import { contained } from "../../layers/machine/effects/contained.ts"
import { Watches } from "../../layers/storage/dataFolder/Watches.ts"
import { isGone, whyNotCounted } from "../../rules/verdicts/gone.ts"
import type { Verdict } from "../../rules/verdicts/verdictCase.ts"
import { judgeWithoutMatch } from "../../rules/verdicts/withoutMatch.ts"
import { ownOn } from "./castAnew.ts"
import type { OutcomeBallot } from "./outcomeBallot.ts"
import { readOwnVotes } from "./ownVotes.ts"
import { recordOf } from "./verdicts.ts"
import { ownerOf } from "./watches.ts"

/** How many checks fall into the time for which an ending must stand: one in six hours. Two in a row count up to a sixth of it. */
const CHECKS_PER_PERIOD = 12

/** How many issues are checked in one step, those with the oldest check first. */
const ISSUES_PER_STEP = 8

export const hasNoMatch = ({ status }: Issue): boolean => status._tag === "Funding" || status._tag === "Open"

/** GitHub's record of an issue for which nobody competes. */
const evidenceWithoutMatch = Effect.fn("evidenceWithoutMatch")(function* (issue: Issue, refusals: ReadonlyArray<string>) {
  const silent = (why: string, isIll = false): Effect.Effect<IssueEvidence> => Effect.succeed({ _tag: "GitHubSilent", why, isIll })
  return yield* contained("issue", `issue ${issue.id}`, recordOf(issue, { competitors: [] }, refusals), silent).pipe(
    Effect.catchTag("GitHubUnavailable", ({ ill, message }) => silent(message, ill === true)),
    Effect.catchAll(({ message }) => silent(message))
  )
})

export interface WithoutMatchSteps<E extends { readonly message: string }, R> {
  /** Repositories that refuse bounties, from the roster. */
  readonly refusals: ReadonlyArray<string>
  readonly judged: (issue: Issue, verdict: Verdict) => Effect.Effect<void>
  readonly vote: (issue: Issue, ballot: OutcomeBallot) => Effect.Effect<boolean, E, R>
}

/** A step at a finalised head: checks the issues that are due, and sends the votes that differ from this validator's own. */
export const make = Effect.gen(function* () {
  const lastLooks = yield* Ref.make<ReadonlyMap<number, number>>(new Map())

  return Effect.fn("voteWithoutMatch")(function* <E extends { readonly message: string }, R>(
    hotkey: AccountAddress,
    head: BlockReference,
    { judged, refusals, vote }: WithoutMatchSteps<E, R>
  ) {
    const [contract, github, store] = yield* Effect.all([Contract, GitHub, Watches])
    const { changes, config, liveIssues, validators } = yield* contract.stateAt(head)
    const issues = liveIssues.filter(hasNoMatch)
    const needed = blocksNeeded(config, STANDS_FOR)
    const before = yield* Ref.get(lastLooks)
    const lastOf = ({ id }: Issue): number => before.get(id) ?? Number.NEGATIVE_INFINITY
    const due = issues
      .filter((issue) => head.number - lastOf(issue) >= needed / CHECKS_PER_PERIOD)
      .toSorted((one, other) => lastOf(one) - lastOf(other) || one.id - other.id)
      .slice(0, ISSUES_PER_STEP)
    const live = new Set(issues.map(({ id }) => id))
    yield* Ref.set(lastLooks, new Map([...[...before].filter(([id]) => live.has(id)), ...due.map(({ id }) => [id, head.number] as const)]))
    if (due.length === 0) return

    const looks = yield* Effect.forEach(
      due,
      (issue) => Effect.map(evidenceWithoutMatch(issue, refusals), (evidence) => ({ issue, evidence })),
      {
        concurrency: 2
      }
    )
    const condition = looks.some(({ evidence }) => isGone(evidence)) ? yield* github.condition : null
    const notCounted = whyNotCounted(
      condition,
      looks.map(({ evidence, issue }) => ({ owner: ownerOf(issue.repository), evidence }))
    )
    const kind = `${contract.address} without a match`
    const watches = yield* store.of(kind)
    yield* store.change(kind, new Map([...watches.keys()].filter((id) => !live.has(Number(id))).map((id) => [id, undefined])))
    const votes = yield* contract.outcomeVotes(
      due.map(({ id }) => id),
      head
    )
    const ownVotes = yield* readOwnVotes(live, "votes without a match")

    const follow = Effect.fn("followWithoutMatch")(function* ({ evidence, issue }: (typeof looks)[number]) {
      const id = String(issue.id)
      const hadMatches = issue.attempts > 0
      const seen = judgeWithoutMatch(evidence, { hadMatches })
      const ending = seen._tag === "NoVote" ? seen.ending : undefined
      const uncounted = isGone(evidence) ? notCounted : null
      const watch = ending === undefined || uncounted !== null ? watches.get(id) : saysAgain(ending, watches.get(id), head.number, needed)
      // An issue that could not be seen keeps its watch.
      if (ending !== undefined || evidence._tag === "Found")
        yield* store.change(kind, new Map([[id, ending === undefined ? undefined : watch]]))
      const verdict = judgeWithoutMatch(evidence, { hadMatches, watched: { blocks: watch?.blocks ?? 0, needed, notCounted: uncounted } })
      yield* judged(issue, verdict)
      const ballot = { block: head.number, competition: undefined, config, validators, changes, votes: votes.get(issue.id) ?? [] }
      const following = { issue: issue.id, competition: issue.id, verdict, ...ownOn(hotkey, ballot) }
      yield* ownVotes.follow(following, (message) => vote(issue, message))
    })
    yield* Effect.forEach(
      looks,
      (look) =>
        Effect.catchAll(follow(look), ({ message }) =>
          Effect.logWarning(`no verdict on issue ${look.issue.id}, and another look soon: ${message}`)
        ),
      { discard: true }
    )
  })
})
