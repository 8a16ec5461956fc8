/** Which commits a pull request compares: its head, and where it went off from its base branch. */
import { Context, Effect, Layer, type Option, Schema } from "effect"
import type { IssueRef } from "../../domain/IssueRef.ts"
import * as Rest from "./client/rest.ts"
import * as Transport from "./client/transport.ts"
import { type GitHubUnavailable, PullRequestNotFound } from "./errors.ts"
import { type GitHubSettings, gitHubSettings } from "./settings.ts"

const Commit = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{40}$/))
const Pull = Schema.Struct({
  head: Schema.Struct({ sha: Commit }),
  base: Schema.Struct({ sha: Commit, repo: Schema.Struct({ clone_url: Schema.String.pipe(Schema.pattern(/^https?:\/\/[\w.:[\]/-]+$/)) }) })
})
const Comparison = Schema.Struct({ merge_base_commit: Schema.Struct({ sha: Commit }) })

export interface ComparedCommits {
  readonly base: string
  readonly head: string
  /** Both commits can be fetched from here, also those of a fork. */
  readonly cloneUrl: string
}

export class PullRequestHeads extends Context.Tag("gittensor/PullRequestHeads")<
  PullRequestHeads,
  { readonly commitsOf: (ref: IssueRef) => Effect.Effect<ComparedCommits, PullRequestNotFound | GitHubUnavailable> }
>() {}

const makeWith = Effect.fn("PullRequestHeads.make")(function* (settings: GitHubSettings) {
  const rest = Rest.make(yield* Transport.make(settings), settings.tokens.length > 0)
  return PullRequestHeads.of({
    commitsOf: (ref) =>
      Effect.gen(function* () {
        const notFound = new PullRequestNotFound({ ref, isIssue: false })
        const found = <A>(answer: Option.Option<A>) => Effect.mapError(answer, () => notFound)
        const parameters = { ...ref.ownerAndName, number: ref.number }
        const pull = yield* rest
          .optional({ operation: `read ${ref}`, route: "GET /repos/{owner}/{repo}/pulls/{number}", parameters }, Pull)
          .pipe(Effect.flatMap(found))
        const basehead = `${pull.base.sha}...${pull.head.sha}`
        const comparison = yield* rest
          .optional(
            {
              operation: `compare the commits of ${ref}`,
              route: "GET /repos/{owner}/{repo}/compare/{basehead}",
              parameters: { ...ref.ownerAndName, basehead, per_page: 1 }
            },
            Comparison
          )
          .pipe(Effect.flatMap(found))
        return { base: comparison.merge_base_commit.sha, head: pull.head.sha, cloneUrl: pull.base.repo.clone_url }
      })
  })
})

export const layer = Layer.scoped(PullRequestHeads, Effect.flatMap(gitHubSettings, makeWith))
