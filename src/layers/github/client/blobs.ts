/** The contents of files at commits. */
import { Effect, Schema } from "effect"
import { type RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import { GitHubUnavailable } from "../errors.ts"
import type { GraphqlError, Rest } from "./rest.ts"

/** A query for `count` blobs; the nth is named by the variable `expression<n>`, as `commit:path`. */
export const blobsQuery = (count: number) => {
  const all = Array.from({ length: count }, (_, place) => place)
  return /* GraphQL */ `
query Blobs($owner: String!, $name: String!, ${all.map((place) => `$expression${place}: String!`).join(", ")}) {
  rateLimit { cost }
  repository(owner: $owner, name: $name) {
    ${all.map((place) => `blob${place}: object(expression: $expression${place}) { ...Content }`).join("\n    ")}
  }
}
fragment Content on GitObject { __typename ... on Blob { oid byteSize isBinary isTruncated text } }`
}

/** null: there is no such file. An object that is no blob (a submodule) has only its type. */
const Blob = Schema.NullOr(
  Schema.Union(
    Schema.Struct({
      __typename: Schema.Literal("Blob"),
      oid: Schema.String,
      byteSize: Schema.Int,
      isBinary: Schema.NullOr(Schema.Boolean),
      isTruncated: Schema.Boolean,
      text: Schema.NullOr(Schema.String)
    }),
    Schema.Struct({ __typename: Schema.Literal("Commit", "Tree", "Tag") })
  )
)
export type Blob = typeof Blob.Type

/** By alias, `blob<n>`. */
const BlobsAnswer = Schema.Struct({
  rateLimit: Schema.NullOr(Schema.Struct({ cost: Schema.Int })),
  repository: Schema.NullOr(Schema.Record({ key: Schema.String, value: Blob }))
})

const RestBlob = Schema.Struct({ content: Schema.String, encoding: Schema.String, size: Schema.Int })

/** GraphQL's error for a file or repository that does not exist. */
const isNoBlob = ({ type, path = [] }: GraphqlError) =>
  type === "NOT_FOUND" && (path.join(".") === "repository" || (path.length === 2 && /^blob\d+$/.test(String(path[1]))))

/** Reads the blobs at the first of these expressions `commit:path`, as many as GitHub answers at once. Also returns their cost. */
export const readBlobs = (rest: Pick<Rest, "graphqlAbout">, repository: RepositoryName, expressions: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { owner, repo: name } = splitRepository(repository)
    const operation = `read ${expressions.length} files of ${repository}`
    const askFor = (some: ReadonlyArray<string>) => {
      const variables = Object.fromEntries(some.map((expression, place) => [`expression${place}`, expression]))
      return { query: blobsQuery(some.length), variables: { owner, name, ...variables } }
    }
    const { answer, about } = yield* rest.graphqlAbout(operation, expressions, askFor, BlobsAnswer, isNoBlob)
    const { rateLimit, repository: found } = answer
    if (found === null) return yield* new GitHubUnavailable({ operation, why: "the repository went away" })
    return { rateLimit, blobs: about.map((_, place) => found[`blob${place}`] ?? null) }
  })

/** Reads a whole blob by REST, because GraphQL truncates long ones. */
export const readWholeBlob = (rest: Pick<Rest, "optional">, repository: RepositoryName, sha: string) =>
  rest.optional(
    {
      operation: `read a file of ${repository}`,
      route: "GET /repos/{owner}/{repo}/git/blobs/{sha}",
      parameters: { ...splitRepository(repository), sha }
    },
    RestBlob
  )
