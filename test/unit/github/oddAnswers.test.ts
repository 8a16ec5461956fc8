/**
 * Answers of GitHub with unusual values that real ones sometimes have: names that nobody could choose today, nulls, ids beyond 31 bits, equal or
 * reversed timestamps, any text in titles. A reader accepts them or fails with a message, and an unusual value in one item leaves the others
 * unchanged.
 */
import { assert, describe, it } from "@effect/vitest"
import { Cause, Duration, Effect, Exit, Option, Redacted, Schema } from "effect"
import * as fc from "fast-check"
import { IssueNumber, IssueRef, RepositoryName } from "../../../src/domain/IssueRef.ts"
import { RosterRepositories } from "../../../src/domain/Roster.ts"
import { GitHistory, NoGitRecord } from "../../../src/layers/git/history/GitHistory.ts"
import { Absences } from "../../../src/layers/github/Absences.ts"
import type { Answer } from "../../../src/layers/github/client/answers.ts"
import * as Rest from "../../../src/layers/github/client/rest.ts"
import type { Question, Transport } from "../../../src/layers/github/client/transport.ts"
import { CommitCache, layerNone } from "../../../src/layers/github/contributions/CommitCache.ts"
import { make as makeRequests } from "../../../src/layers/github/contributions/requests.ts"
import { makeReadRound } from "../../../src/layers/github/contributions/round.ts"
import { readEvidence } from "../../../src/layers/github/evidence/readEvidence.ts"
import { repositoriesOf } from "../../../src/rules/contributions/repositories.ts"
import { whyDropped } from "../../../src/rules/contributions/whichPullRequests.ts"

type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

const isObject = (json: Json): json is { readonly [key: string]: Json } => typeof json === "object" && json !== null && !Array.isArray(json)

type Path = ReadonlyArray<string | number>

const leavesOf = (json: Json, path: Path = []): ReadonlyArray<Path> =>
  Array.isArray(json)
    ? [path, ...json.flatMap((one, index) => leavesOf(one, [...path, index]))]
    : isObject(json)
      ? [path, ...Object.entries(json).flatMap(([key, one]) => leavesOf(one, [...path, key]))]
      : [path]

/** The value with a replacement at a path; undefined removes the member. */
const withAt = (json: Json, [step, ...rest]: Path, value: Json | undefined): Json => {
  if (step === undefined) return value ?? null
  if (Array.isArray(json)) return json.map((one, index) => (index === step ? withAt(one, rest, value) : one))
  if (!isObject(json)) return json
  if (rest.length === 0 && value === undefined) return Object.fromEntries(Object.entries(json).filter(([key]) => key !== step))
  return Object.fromEntries(Object.entries(json).map(([key, one]) => [key, key === step ? withAt(one, rest, value) : one]))
}

const odd = fc.oneof(
  fc.constantFrom<Json | undefined>(undefined, null, 0, -1, 2_147_483_648, 9_007_199_254_740_991, "", [], {}, false),
  fc.constantFrom("-ACE-", "0----0", "octo_corp", "helper[bot]", "o".repeat(45), "-ACE-/site", "a/b/c", "octo_corp/.github", "../..#"),
  fc.constantFrom("1970-01-01T00:00:00Z", "2026-07-01T00:00:00Z", "2100-01-01T00:00:00Z", "0000-00-00T00:00:00Z"),
  fc.string({ unit: "binary", maxLength: 20 })
)

/** Unusual values, and the indexes of the replaced parts. */
const oddities = fc.array(fc.tuple(fc.nat(), odd), { minLength: 1, maxLength: 3 })

const spoiled = (json: Json, all: ReadonlyArray<readonly [number, Json | undefined]>): Json =>
  all.reduce<Json>((now, [index, value]) => {
    const leaves = leavesOf(now)
    return withAt(now, leaves[index % leaves.length] ?? [], value)
  }, json)

const answering = (answerTo: (question: Question) => Json | undefined): Transport => ({
  ask: (question) =>
    Effect.sync((): Answer => {
      const data = answerTo(question)
      return data === undefined ? { status: 404, headers: {}, data: { message: "Not Found" } } : { status: 200, headers: {}, data }
    })
})

const queryOf = ({ parameters }: Question): string => String(parameters?.query ?? "")

const pageInfo = { hasNextPage: false, endCursor: null }
const user = (id: number, login: string) => ({ __typename: "User", login, databaseId: id })
const at = (day: number) => `2026-07-${String(day).padStart(2, "0")}T00:00:00Z`

const evidenceOf = (() => {
  const pullRequest = {
    __typename: "PullRequest",
    number: 2,
    author: user(7, "bob"),
    createdAt: at(2),
    mergedAt: at(3),
    baseRefName: "main",
    baseRepository: { databaseId: 5 },
    mergeCommit: { oid: "a".repeat(40) }
  }
  const brought = { pageInfo, nodes: [pullRequest, { ...pullRequest, number: 3 }] }
  return {
    databaseId: 5,
    nameWithOwner: "acme/widgets",
    createdAt: at(1),
    isPrivate: false,
    isDisabled: false,
    defaultBranchRef: { name: "main" },
    issue: {
      number: 1,
      repository: { databaseId: 5, nameWithOwner: "acme/widgets" },
      createdAt: at(1),
      state: "CLOSED",
      stateReason: "COMPLETED",
      timelineItems: {
        pageInfo,
        nodes: [
          { __typename: "ClosedEvent", createdAt: at(3), stateReason: "COMPLETED", closer: pullRequest },
          { __typename: "ReopenedEvent", createdAt: at(4) },
          {
            __typename: "ClosedEvent",
            createdAt: at(5),
            stateReason: "COMPLETED",
            closer: { __typename: "Commit", oid: "b".repeat(40), associatedPullRequests: brought }
          }
        ]
      },
      closedByPullRequestsReferences: { pageInfo, nodes: [pullRequest] }
    }
  }
})()

/** There is no clone. */
const NO_RECORD = GitHistory.of({
  keepsClones: true,
  leftAlone: Effect.succeed([]),
  skipsCopiesIn: () => Effect.succeed(false),
  ask: ({ url }) => new NoGitRecord({ url, why: "no clone", isLasting: false })
})

describe("odd answers of GitHub", () => {
  it.effect("about an issue are evidence, or no evidence in words, and never the end of the step", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(oddities, async (all) => {
          const repository = spoiled(evidenceOf, all)
          const history = { repository: { defaultBranchRef: { target: { history: { pageInfo, nodes: [] } } } } }
          const rest = Rest.make(
            answering((question) => {
              if (queryOf(question).includes("query IssueEvidence")) return { data: { repository } }
              return queryOf(question).includes("query DefaultBranchHistory") ? { data: history } : undefined
            }),
            true
          )
          const ref = new IssueRef({ repository: RepositoryName.make("acme/widgets"), number: IssueNumber.make(1) })
          const exit = await Effect.runPromiseExit(
            readEvidence(rest, NO_RECORD, ref, { registeredAt: Date.parse(at(2)), competitors: [1, 2], deadline: 1 })
          )
          if (Exit.isFailure(exit)) assert.isTrue(Option.isSome(Cause.failureOption(exit.cause)), Cause.pretty(exit.cause))
        }),
        { numRuns: 2_000 }
      )
    )
  )

  it.effect("about one pull request leave another account's record as it is", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(oddities, async (all) => {
          const whole = await Effect.runPromise(roundOf([]))
          const round = await Effect.runPromise(roundOf(all))
          assert.deepStrictEqual(round.record.pulls["8"], whole.record.pulls["8"])
          assert.deepStrictEqual(
            round.missing.filter(({ account }) => account !== "7"),
            []
          )
          for (const pull of round.record.pulls["7"] ?? [])
            if (!pull.scoring_data_stored) assert.isNull(whyDropped(pull, repositoriesOf(round.record.repos)), "it counts as its line says")
          assert.deepStrictEqual(
            round.record.pulls["7"]?.map(({ pr_number }) => pr_number),
            [1]
          )
        }),
        { numRuns: 1_000 }
      )
    )
  )
})

const NOW = Date.parse(at(20)) * 1000

const listed = (id: number, number: number) => ({
  node_id: `PR${number}`,
  number,
  title: "A change",
  state: "closed",
  user: { id, login: `u${id}` },
  author_association: "CONTRIBUTOR",
  created_at: at(2),
  updated_at: at(9),
  closed_at: at(9),
  pull_request: { merged_at: at(9) }
})

const detailed = (id: number, number: number) => ({
  __typename: "PullRequest",
  id: `PR${number}`,
  number,
  title: "A change",
  state: "MERGED",
  createdAt: at(2),
  closedAt: at(9),
  mergedAt: at(9),
  lastEditedAt: null,
  additions: 3,
  deletions: 1,
  changedFiles: 1,
  baseRefName: "main",
  baseRefOid: "a".repeat(40),
  headRefName: "fix",
  headRefOid: "b".repeat(40),
  authorAssociation: "CONTRIBUTOR",
  author: user(id, `u${id}`),
  mergedBy: user(1, "ada"),
  repository: { databaseId: 5, nameWithOwner: "acme/widgets", defaultBranchRef: { name: "main" } },
  headRepository: { nameWithOwner: `u${id}/widgets` },
  labels: { pageInfo, nodes: [{ id: "LA_1", name: "bug" }] },
  reviews: { pageInfo, nodes: [{ state: "APPROVED", submittedAt: at(8), authorAssociation: "MEMBER", author: user(1, "ada") }] },
  timelineItems: {
    pageInfo,
    nodes: [{ __typename: "LabeledEvent", createdAt: at(3), label: { id: "LA_1", name: "bug" }, actor: user(1, "ada") }]
  },
  closingIssuesReferences: { pageInfo, nodes: [] }
})

const nothingMissing = Absences.of({
  look: () => Effect.succeed(new Map()),
  last: () => Effect.succeed(undefined),
  missing: Effect.succeed([])
})

/** A round of two accounts with one pull request each; the first one's answer has unusual values. */
const roundOf = (all: ReadonlyArray<readonly [number, Json | undefined]>) =>
  Effect.scoped(
    Effect.gen(function* () {
      const nodes: Readonly<Record<string, Json>> = { PR1: spoiled(detailed(7, 1), all), PR2: detailed(8, 2) }
      const settings = {
        url: "",
        apiVersion: "2022-11-28",
        tokens: [Redacted.make("token")],
        timeout: Duration.zero,
        patience: Duration.zero,
        pause: Duration.zero
      }
      const gitHub = yield* makeRequests(
        answering((question) => {
          const { parameters, route } = question
          if (route === "GET /repos/{owner}/{repo}")
            return {
              id: 5,
              full_name: "acme/widgets",
              private: false,
              archived: false,
              disabled: false,
              default_branch: "main",
              owner: { id: 1, login: "acme" }
            }
          if (route === "GET /repos/{owner}/{repo}/issues") return parameters?.state === "all" ? [listed(7, 1), listed(8, 2)] : []
          if (queryOf(question).includes("query Choices")) return { data: { repository: null } }
          if (!queryOf(question).includes("query Contributions(")) return undefined
          const { ids } = Schema.decodeUnknownSync(Schema.Struct({ ids: Schema.Array(Schema.String) }))(parameters?.variables)
          return { data: { rateLimit: { cost: 1 }, nodes: ids.map((id) => nodes[id] ?? null) } }
        }),
        settings
      )
      const repositories = Schema.decodeUnknownSync(RosterRepositories)({ "acme/widgets": { emission_share: 1 } })
      const accounts = ["7", "8", "9"].map((id) => ({ id }))
      const [record, commits] = yield* Effect.all([GitHistory, CommitCache])
      const absences = nothingMissing
      const associations = { rest: gitHub, publicMembers: gitHub.publicMembers, absences, condition: gitHub.condition }
      return yield* (yield* makeReadRound).read(
        { gitHub, absences, record, commits, associations },
        { now: NOW, repositories, uids: { "1": "7", "2": "8", "3": "9" } },
        accounts
      )
    }).pipe(Effect.provide(layerNone))
  )
