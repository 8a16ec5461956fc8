/** Files at the head of a repository's default branch. Needs a token, because GraphQL reads many files in one request. */
import { Context, Effect, Layer } from "effect"
import type { RepositoryName } from "../../domain/IssueRef.ts"
import { readBlobs } from "./client/blobs.ts"
import * as Rest from "./client/rest.ts"
import * as Transport from "./client/transport.ts"
import type { GitHubUnavailable } from "./errors.ts"
import { type GitHubSettings, gitHubSettings } from "./settings.ts"

export class RepositoryTexts extends Context.Tag("gittensor/RepositoryTexts")<
  RepositoryTexts,
  {
    /** The texts of the paths that GitHub shows. */
    readonly read: (
      repository: RepositoryName,
      paths: ReadonlyArray<string>
    ) => Effect.Effect<ReadonlyArray<{ readonly path: string; readonly text: string }>, GitHubUnavailable>
  }
>() {}

export const makeWith = Effect.fn("RepositoryTexts.make")(function* (settings: GitHubSettings) {
  const rest = Rest.make(yield* Transport.make(settings), settings.tokens.length > 0)
  return RepositoryTexts.of({
    read: Effect.fn("RepositoryTexts.read")(function* (repository: RepositoryName, paths: ReadonlyArray<string>) {
      const { blobs } = yield* readBlobs(
        rest,
        repository,
        paths.map((path) => `HEAD:${path}`)
      )
      return blobs.flatMap((blob, place) => {
        const path = paths[place]
        return path !== undefined && blob?.__typename === "Blob" && blob.text !== null ? [{ path, text: blob.text }] : []
      })
    })
  })
})

/** Configured by GITTENSOR_GITHUB_URL, _TOKEN, _TIMEOUT and _PATIENCE. */
export const layer = Layer.scoped(RepositoryTexts, Effect.flatMap(gitHubSettings, makeWith))
