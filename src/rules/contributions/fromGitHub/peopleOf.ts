/** The associations of accounts with a repository in a round, as every viewer sees them. Pure. */
import { Array as Arrays, Either } from "effect"
import type { Account, Issue } from "../../../domain/github/ContributionAnswers.ts"
import { membersIn, type ShownAssociation, type View } from "../../github/associations.ts"
import type { FullPullRequest } from "./records.ts"

/** Somebody's act that takes write access. `at`: microseconds since 1970. */
export interface Push {
  readonly account: number
  readonly at: number
}

const QUEUEING: ReadonlySet<string> = new Set([
  "AddedToMergeQueueEvent",
  "AutoMergeEnabledEvent",
  "AutoRebaseEnabledEvent",
  "AutoSquashEnabledEvent"
])

/**
 * The accounts that can push, sorted: the owner, who moved the default branch since a moment, and by the pull requests of the round who merged, queued, or enabled
 * auto-merge since then, and whom GitHub says so of in a review. Moments are microseconds since 1970.
 */
export const pushersIn = (
  ownerId: number,
  moves: ReadonlyArray<Push>,
  pullRequests: ReadonlyArray<FullPullRequest>,
  { now, since }: { readonly now: number; readonly since: number }
): ReadonlyArray<string> => {
  const acts = pullRequests.flatMap(
    ({ events, found: { mergedAt, mergedBy }, reviews }): ReadonlyArray<Act> => [
      ...(mergedAt === null ? [] : [{ by: mergedBy, at: mergedAt }]),
      ...events.flatMap((event) => (QUEUEING.has(event.__typename) && "actor" in event ? [{ by: event.actor, at: event.createdAt }] : [])),
      ...reviews.flatMap(({ author, authorCanPushToRepository, submittedAt }) =>
        authorCanPushToRepository === true && submittedAt !== null ? [{ by: author, at: submittedAt }] : []
      )
    ]
  )
  const pushes = [
    ...moves,
    ...acts.flatMap(({ at, by }) =>
      by?.__typename === "User" && typeof by.databaseId === "number" ? [{ account: by.databaseId, at }] : []
    )
  ]
  const accounts = pushes.flatMap(({ account, at }) => (at > since && at <= now ? [String(account)] : []))
  return [...new Set([String(ownerId), ...accounts])].toSorted()
}

interface Act {
  readonly by: Account
  readonly at: number
}

/** Why something could not be read. */
export interface Trouble {
  readonly message: string
}

/** Accounts in a repository's lists. */
export interface ListedPeople {
  readonly ownerId: number
  /** The association of every account that wrote an entry. */
  readonly associations: ReadonlyMap<number, string>
}

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

/** An entry's author, and the association that GitHub shows beside it. */
const authorshipOf = (one: Pick<Issue, "author" | "authorAssociation">): ShownAssociation => ({
  account: one.author?.databaseId,
  association: one.authorAssociation
})

/** The authors of a pull request, its reviews and the issues that it closes. `issues`: by node id. */
export const authorshipsIn = (
  { closes, found, reviews }: FullPullRequest,
  issues: ReadonlyMap<string, Issue>
): ReadonlyArray<ShownAssociation> => [found, ...reviews, ...closes.flatMap((id) => issues.get(id) ?? [])].map(authorshipOf)

/**
 * `known`: associations from the repository's lists and reviews, by account. `shown`: associations as this validator saw them, to be mapped to every
 * viewer's. `unknown`: accounts that only labelled or merged, for which GitHub must be asked.
 */
export const shownPeople = (
  { associations, ownerId }: ListedPeople,
  pullRequests: ReadonlyArray<FullPullRequest>,
  issues: ReadonlyMap<string, Issue>
) => {
  const known = new Map(associations)
  for (const { found } of pullRequests)
    if (typeof found.author?.databaseId === "number") known.set(found.author.databaseId, found.authorAssociation)
  known.set(ownerId, "OWNER")
  const reviewers = new Map<number, { readonly association: string; readonly at: number }>()
  for (const { reviews } of pullRequests)
    for (const { author, authorAssociation, submittedAt } of reviews)
      if (typeof author?.databaseId === "number" && (reviewers.get(author.databaseId)?.at ?? 0) <= (submittedAt ?? 0))
        reviewers.set(author.databaseId, { association: authorAssociation, at: submittedAt ?? 0 })
  for (const [id, { association }] of reviewers) if (!known.has(id)) known.set(id, association)
  const [unknown, actors] = Arrays.partition(actorsIn(pullRequests), ({ id }) => known.has(id))
  const shown: ReadonlyArray<ShownAssociation> = [
    ...actors.map(({ id }) => ({ account: id, association: known.get(id) ?? "" })),
    ...pullRequests.flatMap((one) => authorshipsIn(one, issues)),
    ...[...issues.values()].map(authorshipOf)
  ]
  return { known, shown, unknown }
}

/** The associations of accounts as every viewer sees them. */
export interface People {
  readonly known: ReadonlyMap<number, string>
  /** Why the association of an account could not be read. */
  readonly failed: ReadonlyMap<number, Trouble>
  /** Maps a shown association to every viewer's. */
  readonly view: View
}

/** `asked`: GitHub's answers for the accounts that only labelled or merged. `seen`: the view, or why the public memberships are not known. */
export const peopleOf = (
  { known, shown }: Pick<ReturnType<typeof shownPeople>, "known" | "shown">,
  asked: ReadonlyMap<number, Either.Either<string, Trouble>>,
  seen: Either.Either<View, Trouble>
): People => {
  const failed = new Map([...asked].flatMap(([id, one]) => (Either.isLeft(one) ? [[id, one.left] as const] : [])))
  if (Either.isLeft(seen)) for (const id of membersIn(shown)) failed.set(id, seen.left)
  const view = Either.getOrElse(seen, (): View => (association) => association)
  const isShown = new Set(shown.map(({ account }) => account))
  const all = new Map(known)
  for (const [id, association] of known) if (isShown.has(id)) all.set(id, view(association, id))
  for (const [id, one] of asked) if (Either.isRight(one)) all.set(id, one.right)
  return { known: all, failed, view }
}
