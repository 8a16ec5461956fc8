/** Resolves a repository's name to its present repository, and an id to its present name. Lists a repository's labels. */
import { Context, Effect, Layer, type Option, Schema } from "effect"
import { type RepositoryName, splitRepository } from "../../domain/IssueRef.ts"
import { readList } from "./client/pages.ts"
import * as Rest from "./client/rest.ts"
import * as Transport from "./client/transport.ts"
import type { GitHubUnavailable } from "./errors.ts"
import { type GitHubSettings, gitHubSettings } from "./settings.ts"

export interface KnownRepository {
  readonly id: number
  /** Its name today. */
  readonly full_name: RepositoryName
  /** Milliseconds since 1970. */
  readonly created_at?: number | undefined
}

const Label = Schema.Struct({ node_id: Schema.String, name: Schema.String })
export type RepositoryLabel = typeof Label.Type

export class RepositoryIds extends Context.Tag("gittensor/RepositoryIds")<
  RepositoryIds,
  {
    /** None: GitHub does not show it. Follows renames. */
    readonly named: (name: RepositoryName) => Effect.Effect<Option.Option<KnownRepository>, GitHubUnavailable>
    /** The labels of a repository; null: GitHub does not show it. */
    readonly labels: (name: RepositoryName) => Effect.Effect<ReadonlyArray<RepositoryLabel> | null, GitHubUnavailable>
    readonly withId: (id: number) => Effect.Effect<Option.Option<KnownRepository>, GitHubUnavailable>
  }
>() {}

const makeWith = Effect.fn("RepositoryIds.make")(function* (settings: GitHubSettings) {
  const rest = Rest.make(yield* Transport.make(settings), settings.tokens.length > 0)
  const labels = (name: RepositoryName) =>
    readList(rest, {
      question: {
        operation: `list the labels of ${name}`,
        route: "GET /repos/{owner}/{repo}/labels",
        parameters: splitRepository(name)
      },
      page: Schema.Array(Label),
      nameOf: ({ node_id }) => node_id
    })
  return RepositoryIds.of({ named: rest.repository, withId: rest.repositoryById, labels })
})

export const layer = Layer.scoped(RepositoryIds, Effect.flatMap(gitHubSettings, makeWith))
