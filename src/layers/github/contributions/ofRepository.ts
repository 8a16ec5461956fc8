/** One repository's part of a round: the records of what counts in it, its maintainers, and which evidence is missing for which account. */
import { Array as Arrays, Effect, Either, Option } from "effect"
import type { MissingEvidence } from "../../../domain/contributions/MissingEvidence.ts"
import type { RecordedIssue, RecordedPullRequest } from "../../../domain/contributions/RoundRecord.ts"
import { contained } from "../../effects/contained.ts"
import { everybodysView, MAINTAINERS, membersIn } from "../associations.ts"
import { GitHubUnavailable } from "../errors.ts"
import * as Details from "./details.ts"
import {
  agree,
  type FullPullRequest,
  issueAt,
  plainIssueAt,
  pullRequestAt,
  type RepositorySnapshot,
  solverIdOf,
  stateAt,
  unreadPullRequestAt
} from "./facts.ts"
import * as Landings from "./landings.ts"
import type * as Lists from "./lists.ts"
import type * as queries from "./queries.ts"

export const VANISHED = "GitHub listed it but no longer knows it"

/** GitHub hides accounts that it takes for spammers, from some of its answers. */
const HIDDEN = "GitHub lists it with an author whom its details do not name"

/** GitHub answers from copies of its data, of which some are behind. */
const BEHIND = "GitHub's list and its details do not agree on what it is, or whether it was closed and merged"

const authorOf = ({ user }: queries.Listed): string | null => (user === null ? null : String(user.id))

/** Accounts that labelled or merged. */
const actorsIn = (pullRequests: ReadonlyArray<FullPullRequest>) => {
  const actors = new Map<number, string>()
  for (const { events, found } of pullRequests) {
    const accounts = [found.mergedBy, ...events.flatMap((event) => (event.__typename === "LabeledEvent" ? [event.actor] : []))]
    for (const actor of accounts)
      if (actor?.__typename === "User" && typeof actor.databaseId === "number") actors.set(actor.databaseId, actor.login)
  }
  return [...actors].map(([id, login]) => ({ id, login })).toSorted((a, b) => a.id - b.id)
}

/** Who wrote this, and with which association GitHub shows that. */
const authorshipOf = (one: Pick<queries.Issue, "author" | "authorAssociation">) => ({
  account: one.author?.databaseId,
  association: one.authorAssociation
})

const authorshipsIn = ({ closes, found, reviews }: FullPullRequest, issues: ReadonlyMap<string, queries.Issue>) =>
  [found, ...reviews, ...closes.flatMap((id) => issues.get(id) ?? [])].map(authorshipOf)

/**
 * The associations of accounts as everybody sees them. The repository's lists and reviews show most; GitHub is asked about who only labelled or merged. `failed`: why the
 * association of an account could not be read. `view`: what everybody sees of one that was shown.
 */
const associationsIn = (
  sources: Lists.Sources,
  lists: Lists.RepositoryLists,
  pullRequests: ReadonlyArray<FullPullRequest>,
  issues: ReadonlyMap<string, queries.Issue>
) =>
  Effect.gen(function* () {
    const known = new Map(lists.associations)
    for (const { found } of pullRequests)
      if (typeof found.author?.databaseId === "number") known.set(found.author.databaseId, found.authorAssociation)
    known.set(lists.ownerId, "OWNER")
    const reviewers = new Map<number, { readonly association: string; readonly at: number }>()
    for (const { reviews } of pullRequests)
      for (const { author, authorAssociation, submittedAt } of reviews)
        if (typeof author?.databaseId === "number" && (reviewers.get(author.databaseId)?.at ?? 0) <= (submittedAt ?? 0))
          reviewers.set(author.databaseId, { association: authorAssociation, at: submittedAt ?? 0 })
    for (const [id, { association }] of reviewers) if (!known.has(id)) known.set(id, association)
    const actors = actorsIn(pullRequests)
    const [unknown, shown] = Arrays.partition(actors, ({ id }) => known.has(id))
    const asked = yield* Details.associationsOf(sources.associations, lists.name, unknown, sources.gitHub.concurrency)
    const shownAs = [
      ...shown.map(({ id }) => ({ account: id, association: known.get(id) ?? "" })),
      ...pullRequests.flatMap((one) => authorshipsIn(one, issues)),
      ...[...issues.values()].map(authorshipOf)
    ]
    const view = yield* Effect.either(everybodysView(sources.associations, lists.name, shownAs))
    const failed = new Map([...asked].flatMap(([id, one]) => (Either.isLeft(one) ? [[id, one.left] as const] : [])))
    if (Either.isLeft(view)) for (const id of membersIn(shownAs)) failed.set(id, view.left)
    const seen = Either.getOrElse(view, () => (association: string) => association)
    const isShown = new Set(shownAs.map(({ account }) => account))
    for (const [id, association] of known) if (isShown.has(id)) known.set(id, seen(association, id))
    for (const [id, one] of asked) if (Either.isRight(one)) known.set(id, one.right)
    return { known, failed, view: seen }
  })

/** What the default branch gained by the merged ones, where the roster scores by that. */
const gainsIn = (sources: Lists.Sources, { landsIn, name }: Lists.RepositoryLists, all: ReadonlyArray<FullPullRequest>, now: number) => {
  const merged = new Map(
    all.flatMap(({ found }) => {
      const { baseRefOid: base, headRefOid: head, mergeCommit, mergedAt, number } = found
      return mergedAt === null || stateAt(found, now) !== "MERGED"
        ? []
        : [[number, { number, base, head, mergedAt, mergeCommit: mergeCommit?.oid ?? null }] as const]
    })
  )
  return landsIn === null
    ? Effect.succeed<Effect.Effect.Success<ReturnType<typeof Landings.read>>>(new Map())
    : Landings.read(sources, { repository: landsIn, name, now }, [...merged.values()])
}

export interface RepositoryRound {
  readonly pulls: ReadonlyArray<RecordedPullRequest>
  readonly issues: ReadonlyArray<RecordedIssue>
  readonly maintainers: ReadonlySet<string>
  readonly missing: ReadonlyArray<MissingEvidence>
}

/** Makes a repository's part of the round. */
export const ofRepository = (sources: Lists.Sources, lists: Lists.RepositoryLists, details: Details.Details, now: number) =>
  Effect.gen(function* () {
    const { repository } = lists
    /** By account and what of it is missing. */
    const missing = new Map<string, MissingEvidence>()
    const reportMissing = (account: string | null, only: number | "issues", why: string) => {
      const key = `${account} ${only}`
      if (account !== null && !missing.has(key)) missing.set(key, { repository, account, only, why })
    }
    /** The answer for a node; undefined where there is none, which the account's missing evidence then names. */
    const answerFor = <A>(
      all: ReadonlyMap<string, Either.Either<A | null, GitHubUnavailable>>,
      id: string,
      account: string | null,
      only: number | "issues"
    ) => {
      const one = all.get(id) ?? Either.left(new GitHubUnavailable({ operation: `read ${repository}`, why: "it was not asked" }))
      if (Either.isRight(one) && one.right !== null) return one.right
      reportMissing(account, only, Either.isLeft(one) ? one.left.message : VANISHED)
      return undefined
    }

    const authored = lists.pullRequests.map((listed) => {
      const account = authorOf(listed)
      const full = answerFor(details.pullRequests, listed.node_id, account, listed.number)
      const why =
        full === undefined || !agree(listed, full.found) ? BEHIND : full.found.author?.databaseId === listed.user?.id ? undefined : HIDDEN
      if (full !== undefined && why !== undefined) reportMissing(account, listed.number, why)
      return { account, listed, full: why === undefined ? full : undefined }
    })
    interface Closed {
      readonly account: string | null
      readonly author: queries.Listed["user"]
      readonly issue: queries.Issue
      readonly solver: FullPullRequest | undefined
    }
    const closed = lists.closedIssues.flatMap((listed): ReadonlyArray<Closed> => {
      const [account, author] = [authorOf(listed), listed.user]
      const issue = answerFor(details.issues, listed.node_id, account, "issues")
      if (issue === undefined) return []
      if (!agree(listed, issue)) {
        reportMissing(account, "issues", BEHIND)
        return []
      }
      const solver = solverIdOf(issue, now)
      if (solver === null) return [{ account, author, issue, solver: undefined }]
      const full = answerFor(details.pullRequests, solver, account, "issues")
      return full === undefined ? [] : [{ account, author, issue, solver: full }]
    })
    const pullRequests = [...authored.flatMap(({ full }) => full ?? []), ...closed.flatMap(({ solver }) => solver ?? [])]
    const issues = new Map<string, queries.Issue>()
    for (const id of [...closed.map(({ issue }) => issue.id), ...pullRequests.flatMap(({ closes }) => closes)]) {
      const one = details.issues.get(id)
      if (one !== undefined && Either.isRight(one) && one.right !== null) issues.set(id, one.right)
    }
    const { known, failed, view } = yield* associationsIn(sources, lists, pullRequests, issues)
    const former = yield* Details.formerNames(sources.gitHub, lists.name, pullRequests)
    const gains = yield* gainsIn(sources, lists, pullRequests, now)
    const snapshot: RepositorySnapshot = {
      repository,
      now,
      issues,
      gainOf: (number) => Option.getOrUndefined(Option.flatMap(Option.fromNullable(gains.get(number)), Either.getRight)),
      associationOf: (account) => known.get(account) ?? null,
      everybodysView: view,
      isFormerDefault: (branch) => Option.contains(Option.flatMap(Option.fromNullable(former.get(branch)), Either.getRight), true)
    }
    const checkBranch = (account: string | null, only: number | "issues", { found }: FullPullRequest) => {
      const answer = former.get(found.baseRefName)
      if (found.mergedAt !== null && answer !== undefined && Either.isLeft(answer)) reportMissing(account, only, answer.left.message)
    }

    const checkGain = (account: string | null, only: number | "issues", { found }: FullPullRequest) => {
      const answer = gains.get(found.number)
      if (answer !== undefined && Either.isLeft(answer)) reportMissing(account, only, answer.left.message)
    }

    /** Without the association of its author, nobody knows what a label, a review or a linked issue counts. */
    const checkAccounts = (account: string | null, only: number | "issues", full: FullPullRequest) => {
      const labelled = full.events.map((event) => (event.__typename === "LabeledEvent" ? event.actor?.databaseId : undefined))
      for (const id of [...labelled, ...authorshipsIn(full, issues).map((one) => one.account)]) {
        const error = failed.get(id ?? 0)
        if (error !== undefined) reportMissing(account, only, error.message)
      }
    }
    for (const { account, listed, full } of authored) {
      if (full === undefined) continue
      checkAccounts(account, listed.number, full)
      checkBranch(account, listed.number, full)
      checkGain(account, listed.number, full)
      for (const id of full.closes) {
        const one = details.issues.get(id)
        if (one === undefined || Either.isLeft(one))
          reportMissing(account, listed.number, one?.left.message ?? "an issue that it closes was not asked")
        else if (one.right === null) reportMissing(account, listed.number, `of an issue that it closes: ${VANISHED}`)
      }
    }
    for (const { account, issue, solver } of closed) {
      const error = failed.get(issue.author?.databaseId ?? 0)
      if (error !== undefined) reportMissing(account, "issues", error.message)
      if (solver === undefined) continue
      checkAccounts(account, "issues", solver)
      checkBranch(account, "issues", solver)
      checkGain(account, "issues", solver)
    }

    const pulls = yield* Effect.forEach(authored, ({ account, full, listed }) =>
      full === undefined
        ? Effect.sync(() => unreadPullRequestAt(listed, snapshot))
        : contained(
            "pull request",
            `${repository}#${listed.number}`,
            Effect.sync(() => pullRequestAt(full, listed.user, snapshot)),
            (why) =>
              Effect.sync(() => {
                reportMissing(account, listed.number, why)
                return unreadPullRequestAt(listed, snapshot)
              })
          )
    )
    return {
      pulls,
      issues: [
        ...closed.map(({ author, issue, solver }) => issueAt(issue, author, solver, snapshot)),
        ...lists.openIssues.map((listed) => plainIssueAt(listed, snapshot))
      ],
      maintainers: new Set([...known].flatMap(([id, association]) => (MAINTAINERS.has(association) ? [String(id)] : []))),
      missing: [...missing.values()]
    } satisfies RepositoryRound
  })
