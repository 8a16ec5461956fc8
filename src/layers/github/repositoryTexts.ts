/** Files at the head of a repository's default branch. Needs a token, because GraphQL reads many files in one request. */
import { Effect } from "effect"
import type { RepositoryName } from "../../domain/IssueRef.ts"
import { readBlobs } from "./client/blobs.ts"
import * as Rest from "./client/rest.ts"
import * as Transport from "./client/transport.ts"
import type { GitHubUnavailable } from "./errors.ts"
import { type GitHubSettings, gitHubSettings } from "./settings.ts"

/** The texts of the paths that GitHub shows. */
export type ReadTexts = (
  repository: RepositoryName,
  paths: ReadonlyArray<string>
) => Effect.Effect<ReadonlyArray<{ readonly path: string; readonly text: string }>, GitHubUnavailable>

export const repositoryTextsWith = Effect.fn("repositoryTexts")(function* (settings: GitHubSettings) {
  const rest = Rest.make(yield* Transport.make(settings), settings.tokens.length > 0)
  const read: ReadTexts = Effect.fn("readRepositoryTexts")(function* (repository, paths) {
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
  return read
})

/** Configured by GITTENSOR_GITHUB_URL, _TOKEN, _TIMEOUT and _PATIENCE. */
export const repositoryTexts = Effect.flatMap(gitHubSettings, repositoryTextsWith)
