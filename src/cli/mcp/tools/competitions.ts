/** Lists and reads competitions. */
import { Effect, Schema } from "effect"
import type { Competition } from "../../../contract-client/generated.ts"
import { AccountAddress } from "../../../domain/Account.ts"
import { OperationFailed } from "../../../domain/failures.ts"
import { Contract } from "../../../layers/chain/contract/Contract.ts"
import { type BlockReference, Chain } from "../../../layers/chain/node/Chain.ts"
import { ballotOf } from "../../../roles/miner/ballot.ts"
import { momentsOf, shownMoment } from "../../../roles/miner/calendar.ts"
import { runningPhaseAt } from "../../../roles/miner/contractRules.ts"
import {
  After,
  BallotShown,
  CompetitionShown,
  IssueShown,
  Limit,
  Next,
  pageOf,
  showBallot,
  showCompetition,
  showIssue,
  text,
  whole
} from "../shapes.ts"
import { defineTool } from "../Tool.ts"

/** Competitions per call of the contract. */
const PAGE = 100

const pagesOf = (read: (from: number) => Effect.Effect<ReadonlyArray<Competition>, unknown>, from: number, enough: number) =>
  Effect.iterate(
    { from, found: [] as ReadonlyArray<Competition>, more: true },
    {
      while: ({ more }) => more,
      body: (state) =>
        Effect.map(read(state.from), (page) => {
          const found = [...state.found, ...page]
          return { from: state.from + PAGE, found, more: page.length === PAGE && found.length < enough }
        })
    }
  ).pipe(Effect.map(({ found }) => found))

const competitionsAt = Effect.fn("mcp.competitions")(function* (
  head: BlockReference,
  miner: AccountAddress | undefined,
  after: number,
  limit: number
) {
  const contract = yield* Contract
  // One more than requested, which shows whether there is a next page.
  return miner === undefined
    ? yield* pagesOf((from) => contract.read("competitions", { from, limit: PAGE }, head), after + 1, limit + 1)
    : yield* pagesOf((from) => contract.read("competitionsOf", { hotkey: miner, from, limit: PAGE }, head), 0, Number.POSITIVE_INFINITY)
})

export const listCompetitions = defineTool({
  name: "list_competitions",
  title: "List matches",
  description: "Lists matches, in which two miners work on the same issue: all in order of their start, those that run, or one miner's.",
  readOnly: true,
  input: Schema.Struct({
    running: Schema.optionalWith(Schema.Boolean.annotations({ description: "only those that run now (default false)" }), {
      default: () => false
    }),
    miner: Schema.optional(AccountAddress.annotations({ description: "only those of this hotkey, an SS58 address" })),
    after: After,
    limit: Limit
  }),
  output: Schema.Struct({
    block: whole("the finalised block at which this is so"),
    competitions: Schema.Array(CompetitionShown),
    next: Next
  }),
  run: ({ running, miner, after, limit }) =>
    Effect.gen(function* () {
      const contract = yield* Contract
      const head = yield* (yield* Chain).finalisedHead
      const found = running
        ? (yield* Effect.forEach(
            (yield* contract.liveIssues(head)).flatMap(({ competition, status }) =>
              competition !== null && status._tag === "Competing" ? [competition] : []
            ),
            (id) => contract.read("competition", { id }, head),
            { concurrency: 4 }
          ))
            .filter((one) => one !== null)
            .filter(({ a, b }) => miner === undefined || a.hotkey === miner || b.hotkey === miner)
        : yield* competitionsAt(head, miner, after, limit)
      const { page, next } = pageOf(
        found.toSorted((one, other) => one.id - other.id),
        after,
        limit
      )
      return { block: head.number, competitions: page.map(showCompetition), next }
    })
})

const Moment = Schema.Struct({
  block: whole("the block"),
  at: Schema.NullOr(text("its time in ISO 8601, UTC; null for a block to come of which nothing is known")),
  estimated: Schema.Boolean.annotations({ description: "true for a block to come" })
})

const ballotAt = Effect.fn("mcp.ballot")(function* ({ issue, challengePeriod: wait }: Competition, head: BlockReference) {
  const contract = yield* Contract
  const [{ config }, votes, electorate] = yield* Effect.all(
    [contract.stateAt(head), contract.outcomeVotes([issue], head), contract.read("validators", {}, head)],
    { concurrency: 3 }
  )
  return showBallot(ballotOf(votes.get(issue) ?? [], electorate, { block: head.number, wait, quorumBps: config.quorumBps }))
})

export const readCompetition = defineTool({
  name: "read_competition",
  title: "Read a match",
  description: "Shows one match with its issue, its dates as times, and the phase that it is in.",
  readOnly: true,
  input: Schema.Struct({
    competition: Schema.Number.pipe(Schema.int(), Schema.between(1, 4_294_967_295)).annotations({
      description: "the match's number in the contract"
    })
  }),
  output: Schema.Struct({
    block: whole("the finalised block at which this is so"),
    competition: CompetitionShown,
    issue: Schema.NullOr(IssueShown),
    phase: Schema.Literal("window", "submissions", "grace", "late", "over").annotations({
      description:
        "window: a pull request would be too early and lose. submissions: pull requests count. grace: the deadline is over, validators still vote. late: anybody may end it, unless its end can be settled. over: it has ended."
    }),
    dates: Schema.Struct({ startedAt: Moment, submissionsFrom: Moment, deadline: Moment }),
    ballot: Schema.NullOr(BallotShown)
  }),
  run: ({ competition: id }) =>
    Effect.gen(function* () {
      const contract = yield* Contract
      const head = yield* (yield* Chain).finalisedHead
      const found = yield* contract.read("competition", { id }, head)
      if (found === null) return yield* new OperationFailed({ message: `the contract has no match ${id}: list_competitions shows all` })
      const issue = yield* contract.read("issue", { id: found.issue }, head)
      const { startedAt, submissionsFrom, deadline } = found
      const moments = yield* momentsOf([startedAt, submissionsFrom, deadline], head)
      const dated = (block: number) => shownMoment(moments.get(block) ?? { block, at: null, estimated: true })
      return {
        block: head.number,
        competition: showCompetition(found),
        issue: issue === null ? null : showIssue(issue),
        phase: found.status._tag === "Running" ? runningPhaseAt(found, head.number) : ("over" as const),
        dates: { startedAt: dated(startedAt), submissionsFrom: dated(submissionsFrom), deadline: dated(deadline) },
        ballot: found.status._tag === "Running" ? yield* ballotAt(found, head) : null
      }
    })
})
