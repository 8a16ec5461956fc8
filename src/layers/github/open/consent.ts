/** Reads whether a repository's maintainers want a bounty on an issue, as far as GitHub shows it. */
import { Effect, Schema } from "effect"
import { ASKING_LABEL, type Ask, type ConsentRecord } from "../../../domain/consent.ts"
import { nodes, shownEntries, Time } from "../../../domain/github/answerParts.ts"
import { Account, issueSigns, repositorySigns } from "../../../domain/github/ConsentAnswers.ts"
import type { IssueRef } from "../../../domain/IssueRef.ts"
import { plainLabel } from "../../../domain/labels.ts"
import { choicesOf } from "../../../rules/verdicts/fromGitHub/choices.ts"
import { consentIn } from "../../../rules/verdicts/fromGitHub/consentRecord.ts"
import type { Rest } from "../client/rest.ts"
import type { GitHubUnavailable } from "../errors.ts"
import { hasMoved } from "../evidence/activity.ts"
import { askedIn } from "./command.ts"
import { CHOSEN_FIELDS } from "./queries.ts"

const ACTOR = "{ login ... on User { databaseId } }"

export const REPOSITORY_FIELDS = `isArchived
    ${CHOSEN_FIELDS}`

export const ISSUE_FIELDS = `locked
      labels(first: 30) { nodes { name } }
      signs: timelineItems(last: 30, itemTypes: [LABELED_EVENT, LOCKED_EVENT]) {
        nodes { __typename ... on LabeledEvent { createdAt label { name } actor ${ACTOR} } ... on LockedEvent { createdAt actor ${ACTOR} } }
      }`

const CONSENT = /* GraphQL */ `
query Consent($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    nameWithOwner
    owner { ... on User { databaseId } }
    defaultBranchRef { name }
    ${REPOSITORY_FIELDS}
    issue(number: $number) {
      ${ISSUE_FIELDS}
      comments(last: 100) { nodes { createdAt body author ${ACTOR} } }
    }
  }
}`

const ConsentAnswer = Schema.Struct({
  repository: Schema.NullOr(
    Schema.Struct({
      nameWithOwner: Schema.String,
      owner: Schema.Struct({ databaseId: Schema.optional(Schema.NullOr(Schema.Int)) }),
      defaultBranchRef: Schema.NullOr(Schema.Struct({ name: Schema.String })),
      ...repositorySigns,
      issue: Schema.NullOr(
        Schema.Struct({
          ...issueSigns,
          comments: nodes(Schema.Struct({ createdAt: Time, body: Schema.String, author: Account }))
        })
      )
    })
  )
})

/** The most accounts that asked for a bounty on an issue and are checked, newest first: each costs a request. */
const MOST_ASKERS = 5

/**
 * Reads the record of an issue by one request, and with `withAsks` by one more for each of the newest accounts that asked. null: GitHub does not show
 * the issue.
 */
export const readConsent = (rest: Rest, ref: IssueRef, withAsks: boolean): Effect.Effect<ConsentRecord | null, GitHubUnavailable> =>
  Effect.gen(function* () {
    const { owner, repo: name } = ref.ownerAndName
    const variables = { owner, name, number: ref.number }
    const { repository } = yield* rest.graphql(`read whether ${ref} may have a bounty`, CONSENT, variables, ConsentAnswer)
    if (repository?.issue == null) return null
    const { defaultBranchRef, issue, nameWithOwner, owner: holder } = repository
    if (!withAsks) return consentIn(nameWithOwner, repository, issue, {})
    const askingLabels = new Set((choicesOf(repository)?.labels ?? [ASKING_LABEL]).map(plainLabel))
    const has = new Set(shownEntries(issue.labels?.nodes).map((label) => label.name))
    const said = [
      ...shownEntries(issue.comments.nodes).flatMap(({ author, body, createdAt }) =>
        askedIn(body) === undefined ? [] : [{ by: "comment" as const, account: author, at: createdAt }]
      ),
      ...shownEntries(issue.signs.nodes).flatMap((one) =>
        one.__typename === "LabeledEvent" && has.has(one.label.name) && askingLabels.has(plainLabel(one.label.name))
          ? [{ by: "label" as const, account: one.actor, at: one.createdAt }]
          : []
      )
    ].toSorted((one, other) => other.at - one.at)
    const asks = yield* Effect.forEach(said.slice(0, MOST_ASKERS), ({ account, at, by }) =>
      Effect.gen(function* () {
        const id = account?.databaseId ?? null
        const login = account?.login ?? "somebody who is gone"
        const mayPush =
          id !== null &&
          (id === holder.databaseId ||
            (yield* hasMoved(rest, { repository: ref.repository, branch: defaultBranchRef?.name }, { id, login })))
        return { by, login, at, mayPush } satisfies Ask
      })
    )
    return consentIn(nameWithOwner, repository, issue, { asks })
  })
