/** Reads whether a repository's maintainers want a bounty on an issue, as far as GitHub shows it. */
import { Effect, Schema } from "effect"
import type { ConsentRecord } from "../../../domain/consent.ts"
import { shownEntries } from "../../../domain/github/answerParts.ts"
import { accessFields, choiceFields, comments, issueSigns } from "../../../domain/github/ConsentAnswers.ts"
import type { IssueRef } from "../../../domain/IssueRef.ts"
import { consentIn, doubtfulSpeakers, type IssueSigns, takesOf } from "../../../rules/verdicts/fromGitHub/consentRecord.ts"
import { pageAfter, YOUNG_FIELDS } from "../client/graphql.ts"
import type { Rest } from "../client/rest.ts"
import { GitHubUnavailable } from "../errors.ts"
import { hasMoved } from "../evidence/activity.ts"
import { chosenFields, readChosen } from "./chosen.ts"

const ACTOR = "{ login ... on User { databaseId } }"

export const REPOSITORY_FIELDS = `isArchived
    ${YOUNG_FIELDS.pullRequests}
    ${chosenFields()}`

/** What decides whether a comment speaks for the project, besides its author and its text. */
export const SPEAKER_FIELDS = "authorAssociation lastEditedAt isMinimized"

/** Its labels and locks, with all their events: pages of 100 (`$signsAfter`). */
export const ISSUE_FIELDS = `locked
      labels(first: 100) { nodes { name } }
      signs: timelineItems(first: 100, after: $signsAfter, itemTypes: [LABELED_EVENT, UNLABELED_EVENT, LOCKED_EVENT, UNLOCKED_EVENT]) {
        pageInfo { hasNextPage endCursor }
        nodes {
          __typename
          ... on LabeledEvent { createdAt label { name } actor ${ACTOR} }
          ... on UnlabeledEvent { createdAt label { name } actor ${ACTOR} }
          ... on LockedEvent { createdAt actor ${ACTOR} }
          ... on UnlockedEvent { createdAt actor ${ACTOR} }
        }
      }`

/** Pages of 100 events of labels and locks, and of 100 comments (`$commentsAfter`). */
export const CONSENT = /* GraphQL */ `
query Consent($owner: String!, $name: String!, $number: Int!, $signsAfter: String, $commentsAfter: String) {
  repository(owner: $owner, name: $name) {
    nameWithOwner
    owner { ... on User { databaseId } }
    defaultBranchRef { name }
    ${REPOSITORY_FIELDS}
    issue(number: $number) {
      ${ISSUE_FIELDS}
      comments(first: 100, after: $commentsAfter) {
        pageInfo { hasNextPage endCursor }
        nodes { createdAt author ${ACTOR} body ${SPEAKER_FIELDS} }
      }
    }
  }
}`

const ConsentAnswer = Schema.Struct({
  repository: Schema.NullOr(
    Schema.Struct({
      nameWithOwner: Schema.String,
      defaultBranchRef: Schema.NullOr(Schema.Struct({ name: Schema.String })),
      isArchived: Schema.Boolean,
      ...accessFields,
      ...choiceFields,
      issue: Schema.NullOr(Schema.Struct({ ...issueSigns, comments }))
    })
  )
})

/** The most pages of an issue. */
const PAGES = 200

/** Reads an issue with all pages of its lists; null: GitHub does not show it. */
const readPages = (rest: Rest, ref: IssueRef) =>
  Effect.gen(function* () {
    const { owner, repo: name } = ref.ownerAndName
    const operation = `read whether ${ref} may have a bounty`
    const page = (signsAfter: string | null, commentsAfter: string | null) =>
      rest.graphql(operation, CONSENT, { owner, name, number: ref.number, signsAfter, commentsAfter }, ConsentAnswer)
    const { repository } = yield* page(null, null)
    if (repository?.issue == null) return null
    const { issue } = repository
    const signs = [...issue.signs.nodes]
    const said = [...issue.comments.nodes]
    let signsPage = issue.signs.pageInfo
    let saidPage = issue.comments.pageInfo
    for (let pages = 1; signsPage.hasNextPage || saidPage.hasNextPage; pages++) {
      const next = pages < PAGES ? (yield* page(signsPage.endCursor, saidPage.endCursor)).repository?.issue : null
      if (next == null)
        return yield* new GitHubUnavailable({
          operation,
          why: `it has more than ${PAGES} pages, or disappeared while they were being read`
        })
      if (signsPage.hasNextPage) signs.push(...next.signs.nodes)
      if (saidPage.hasNextPage) said.push(...next.comments.nodes)
      signsPage = pageAfter(signsPage, next.signs.pageInfo)
      saidPage = pageAfter(saidPage, next.comments.pageInfo)
    }
    return { repository, issue: { ...issue, signs, comments: shownEntries(said) } satisfies IssueSigns }
  })

/** The accounts among these that are proved to have push access. */
export const provedAmong = (
  rest: Rest,
  place: Parameters<typeof hasMoved>[1],
  accounts: ReadonlyArray<{ readonly id: number; readonly login: string }>
) => Effect.filter(accounts, (account) => hasMoved(rest, place, account), { concurrency: 4 })

/**
 * Reads the record of an issue: one request, and one more for each account whose word counts only with push access. `isForYes`: it matters whether somebody
 * asked, and not only whether somebody refuses. null: GitHub does not show the issue.
 */
export const readConsent = (rest: Rest, ref: IssueRef, isForYes: boolean): Effect.Effect<ConsentRecord | null, GitHubUnavailable> =>
  Effect.gen(function* () {
    const found = yield* readPages(rest, ref)
    if (found === null) return null
    const { issue, repository } = found
    const { defaultBranchRef, isArchived, nameWithOwner, owner } = repository
    const known = new Set(owner?.databaseId == null ? [] : [owner.databaseId])
    const chosen = { isArchived, ...takesOf(repository), ...(yield* readChosen(rest, nameWithOwner, repository)) }
    const doubtful = doubtfulSpeakers(chosen, issue, { writers: known, competitors: [] }, isForYes)
    const proved = yield* provedAmong(rest, { repository: ref.repository, branch: defaultBranchRef?.name }, doubtful)
    const writers = new Set([...known, ...proved.map(({ id }) => id)])
    return consentIn(nameWithOwner, chosen, issue, { writers, competitors: [] })
  })
