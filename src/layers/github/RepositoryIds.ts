/** Which repository a name means on GitHub now, and what the repository of an id is called. */
import { Context, Effect, Layer, type Option } from "effect"
import type { RepositoryName } from "../../domain/IssueRef.ts"
import * as Rest from "./client/rest.ts"
import * as Transport from "./client/transport.ts"
import type { GitHubUnavailable } from "./errors.ts"
import { type GitHubSettings, gitHubSettings } from "./settings.ts"

export interface KnownRepository {
  readonly id: number
  /** Its name today. */
  readonly full_name: RepositoryName
}

export class RepositoryIds extends Context.Tag("gittensor/RepositoryIds")<
  RepositoryIds,
  {
    /** None: GitHub does not show it. Names that were left by a rename are followed. */
    readonly named: (name: RepositoryName) => Effect.Effect<Option.Option<KnownRepository>, GitHubUnavailable>
    readonly withId: (id: number) => Effect.Effect<Option.Option<KnownRepository>, GitHubUnavailable>
  }
>() {}

const makeWith = Effect.fn("RepositoryIds.make")(function* (settings: GitHubSettings) {
  const rest = Rest.make(yield* Transport.make(settings), settings.tokens.length > 0)
  return RepositoryIds.of({ named: rest.repository, withId: rest.repositoryById })
})

export const layer = Layer.scoped(RepositoryIds, Effect.flatMap(gitHubSettings, makeWith))
