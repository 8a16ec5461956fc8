/** Reads since when a repository's people refuse bounties, by `.gittensor.yml` or a file like it. */
import { Effect, Schema } from "effect"
import { Time } from "../../../domain/github/answerParts.ts"
import { RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import { refusedSinceIn } from "../../../rules/contributions/fromGitHub/refusedSince.ts"
import type { Rest } from "../client/rest.ts"
import { readChosen } from "../open/chosen.ts"
import { CHOICES, ChoicesAnswer } from "../open/queries.ts"

/** The newest commits of the default branch that changed a file, until a time, with the file after each. */
export const VERSIONS = /* GraphQL */ `
query FileVersions($owner: String!, $name: String!, $path: String!, $until: GitTimestamp!) {
  repository(owner: $owner, name: $name) {
    defaultBranchRef {
      target {
        __typename
        ... on Commit {
          history(first: 20, path: $path, until: $until) {
            nodes { committedDate file(path: $path) { object { __typename ... on Blob { text isTruncated } } } }
          }
        }
      }
    }
  }
}`

const File = Schema.Struct({ text: Schema.optional(Schema.NullOr(Schema.String)), isTruncated: Schema.optional(Schema.Boolean) })

const VersionsAnswer = Schema.Struct({
  repository: Schema.NullOr(
    Schema.Struct({
      defaultBranchRef: Schema.NullOr(
        Schema.Struct({
          target: Schema.NullOr(
            Schema.Struct({
              history: Schema.Struct({
                nodes: Schema.Array(
                  Schema.NullOr(Schema.Struct({ committedDate: Time, file: Schema.NullOr(Schema.Struct({ object: Schema.NullOr(File) })) }))
                )
              })
            })
          )
        })
      )
    })
  )
})

const MICROSECONDS = 1_000

/** The versions of a file, newest first. `text`: null where it is no text; undefined where there is no file. */
const readVersions = (rest: Rest, repository: RepositoryName, path: string, until: string) =>
  Effect.map(
    rest.graphql(
      `read the versions of ${path} in ${repository}`,
      VERSIONS,
      { owner: splitRepository(repository).owner, name: splitRepository(repository).repo, path, until },
      VersionsAnswer
    ),
    (answer) =>
      (answer.repository?.defaultBranchRef?.target?.history.nodes ?? []).flatMap((node) =>
        node === null
          ? []
          : [
              {
                at: node.committedDate * MICROSECONDS,
                text: node.file === null ? undefined : node.file.object?.isTruncated === true ? null : (node.file.object?.text ?? null)
              }
            ]
      )
  )

/**
 * Since when a repository's people refuse bounties, as of `now`; null: they do not, or GitHub does not show it. Times are microseconds since 1970, by the
 * committers' clocks, so that all validators see the same. One request, and one more for each file that refuses.
 */
export const readRefusedSince = Effect.fn("GitHub.refusedSince")(function* (rest: Rest, repository: RepositoryName, now: number) {
  const { owner, repo: name } = splitRepository(repository)
  const found = yield* rest.graphql(`read the choices of ${repository}`, CHOICES, { owner, name }, ChoicesAnswer)
  if (found.repository === null) return null
  const { files } = yield* readChosen(rest, found.repository.nameWithOwner, found.repository)
  const refusing = files.filter(({ choices }) => choices.bounties === false)
  const until = new Date(now / MICROSECONDS).toISOString()
  const since = yield* Effect.forEach(refusing, ({ path, repository: where }) =>
    Effect.map(
      Effect.flatMap(rest.understand(`read ${where}`, RepositoryName, where), (place) => readVersions(rest, place, path, until)),
      refusedSinceIn
    )
  )
  const known = since.flatMap((one) => one ?? [])
  return known.length === 0 ? null : Math.min(...known)
})
