/** Reads a repository's interaction limits: whom alone its people let comment and open pull requests for a while. */
import { Effect, Schema } from "effect"
import { Time } from "../../../domain/github/answerParts.ts"
import { type RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import type { GraphqlError, Rest } from "../client/rest.ts"

export const INTERACTIONS = /* GraphQL */ `
query Interactions($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) { interactionAbility { limit expiresAt } }
}`

const InteractionsAnswer = Schema.Struct({
  repository: Schema.NullOr(
    Schema.Struct({
      interactionAbility: Schema.NullOr(Schema.Struct({ limit: Schema.String, expiresAt: Schema.NullOr(Time) }))
    })
  )
})

const WHOM: Readonly<Record<string, string>> = {
  EXISTING_USERS: "accounts that were not made lately",
  CONTRIBUTORS_ONLY: "accounts with commits there",
  COLLABORATORS_ONLY: "collaborators"
}

/** null: GitHub shows no limit, or does not show it to us, which is an answer too. */
export const readInteractionLimit = Effect.fn("GitHub.readInteractionLimit")(function* (rest: Rest, repository: RepositoryName) {
  const { owner, repo: name } = splitRepository(repository)
  const operation = `read the interaction limits of ${repository}`
  const isHidden = ({ path = [] }: GraphqlError) => path[0] === "repository"
  const answer = yield* rest.graphql(operation, INTERACTIONS, { owner, name }, InteractionsAnswer, isHidden)
  const found = answer.repository?.interactionAbility
  const whom = WHOM[found?.limit ?? ""]
  return whom === undefined ? null : { whom, until: found?.expiresAt ?? null }
})
