/** What GitHub shows of whether a repository's people want a bounty on an issue. */
import { Effect, Schema } from "effect"
import { ASKING_LABEL, type Ask, type ConsentRecord, consentFileOf } from "../../../domain/consent.ts"
import { present, Time } from "../../../domain/github/answerParts.ts"
import type { IssueRef } from "../../../domain/IssueRef.ts"
import { plainLabel } from "../../../domain/labels.ts"
import type { Rest } from "../client/rest.ts"
import { onOneLine } from "../display/excerpt.ts"
import type { GitHubUnavailable } from "../errors.ts"
import { hasMoved } from "../evidence/activity.ts"
import { choicesOf } from "./choices.ts"
import { askedIn } from "./command.ts"
import { CHOSEN_FIELDS, chosen } from "./queries.ts"

const ACTOR = "{ login ... on User { databaseId } }"

/** What a query asks of a repository. */
export const REPOSITORY_FIELDS = `isArchived
    ${CHOSEN_FIELDS}`

/** What a query asks of an issue. */
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

const Account = Schema.NullOr(Schema.Struct({ login: Schema.String, databaseId: Schema.optional(Schema.NullOr(Schema.Int)) }))

const Sign = Schema.Union(
  Schema.Struct({
    __typename: Schema.Literal("LabeledEvent"),
    createdAt: Time,
    label: Schema.Struct({ name: Schema.String }),
    actor: Account
  }),
  Schema.Struct({ __typename: Schema.Literal("LockedEvent"), createdAt: Time, actor: Account })
)

const nodes = <A, I>(node: Schema.Schema<A, I>) => Schema.Struct({ nodes: Schema.Array(Schema.NullOr(node)) })

/** Of a repository's answer. */
export const repositorySigns = { isArchived: Schema.Boolean, ...chosen }
/** Of an issue's answer. */
export const issueSigns = {
  locked: Schema.Boolean,
  labels: Schema.NullOr(nodes(Schema.Struct({ name: Schema.String }))),
  signs: nodes(Sign)
}
const RepositorySigns = Schema.Struct(repositorySigns)
const IssueSigns = Schema.Struct(issueSigns)

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

/**
 * A record from the answers for a repository and an issue. What an account of `competitors` put on the issue is left out: whoever competes for it neither ends nor
 * begins anything.
 */
export const consentIn = (
  name: string,
  repository: typeof RepositorySigns.Type,
  { labels, locked, signs }: typeof IssueSigns.Type,
  { asks = [], competitors = [] }: { readonly asks?: ReadonlyArray<Ask>; readonly competitors?: ReadonlyArray<number> }
): ConsentRecord => {
  const events = present(signs.nodes)
  const isTheirs = (last: typeof Sign.Type | undefined) => last?.actor?.databaseId != null && competitors.includes(last.actor.databaseId)
  const labelling = (label: string) => events.findLast((one) => one.__typename === "LabeledEvent" && one.label.name === label)
  return {
    repository: name,
    isArchived: repository.isArchived,
    file: consentFileOf(choicesOf(repository)),
    issue: {
      isLocked: locked && !isTheirs(events.findLast(({ __typename }) => __typename === "LockedEvent")),
      labels: present(labels?.nodes).flatMap((label) => (isTheirs(labelling(label.name)) ? [] : [onOneLine(label.name)])),
      asks
    }
  }
}

/** How many of the accounts that asked for a bounty on an issue are checked, the newest first: each costs a request. */
const ASKERS = 5

/** Reads the record of an issue by one question, and by one more for each of the newest who asked, `withAsks`. null: GitHub does not show the issue. */
export const readConsent = (rest: Rest, ref: IssueRef, withAsks: boolean): Effect.Effect<ConsentRecord | null, GitHubUnavailable> =>
  Effect.gen(function* () {
    const { owner, repo: name } = ref.ownerAndName
    const variables = { owner, name, number: ref.number }
    const { repository } = yield* rest.graphql(`read whether ${ref} may have a bounty`, CONSENT, variables, ConsentAnswer)
    if (repository?.issue == null) return null
    const { defaultBranchRef, issue, nameWithOwner, owner: holder } = repository
    if (!withAsks) return consentIn(nameWithOwner, repository, issue, {})
    const askingLabels = new Set((choicesOf(repository)?.labels ?? [ASKING_LABEL]).map(plainLabel))
    const has = new Set(present(issue.labels?.nodes).map((label) => label.name))
    const said = [
      ...present(issue.comments.nodes).flatMap(({ author, body, createdAt }) =>
        askedIn(body) === undefined ? [] : [{ by: "comment" as const, account: author, at: createdAt }]
      ),
      ...present(issue.signs.nodes).flatMap((one) =>
        one.__typename === "LabeledEvent" && has.has(one.label.name) && askingLabels.has(plainLabel(one.label.name))
          ? [{ by: "label" as const, account: one.actor, at: one.createdAt }]
          : []
      )
    ].toSorted((one, other) => other.at - one.at)
    const asks = yield* Effect.forEach(said.slice(0, ASKERS), ({ account, at, by }) =>
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
