/** A pull request at one head: the commits to compare, and its texts. */
import { Context, Effect, Layer, Option, Schema } from "effect"
import type { IssueRef } from "../../domain/IssueRef.ts"
import * as Rest from "./client/rest.ts"
import * as Transport from "./client/transport.ts"
import { GitHubUnavailable, HeadNotFound, PullRequestNotFound } from "./errors.ts"
import { type GitHubSettings, gitHubSettings } from "./settings.ts"

const Commit = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{40}$/))
const Pull = Schema.Struct({
  title: Schema.String,
  body: Schema.NullOr(Schema.String),
  state: Schema.Literal("open", "closed"),
  merged_at: Schema.NullOr(Schema.String),
  /** Null for a deleted account. */
  user: Schema.NullOr(Rest.Account),
  head: Schema.Struct({ sha: Commit, ref: Schema.String }),
  base: Schema.Struct({ sha: Commit, repo: Schema.Struct({ clone_url: Schema.String.pipe(Schema.pattern(/^https?:\/\/[\w.:[\]/-]+$/)) }) })
})
const NumberedPullRequest = Schema.Struct({ number: Schema.Int })
const Comparison = Schema.Struct({
  merge_base_commit: Schema.Struct({ sha: Commit }),
  commits: Schema.Array(Schema.Struct({ commit: Schema.Struct({ message: Schema.String }) }))
})

/** Commits in a page of a comparison, and the most pages that are read for their messages. */
const PAGE = 100
const PAGES = 3

export interface PullRequestHead {
  /** The merge base of the head and its base branch. */
  readonly base: string
  readonly head: string
  /** Both commits can be fetched from here, those of a fork too. */
  readonly cloneUrl: string
  readonly state: "open" | "closed" | "merged"
  /** Null when the account is gone. */
  readonly author: typeof Rest.Account.Type | null
  readonly title: string
  readonly description: string
  /** The head branch's name. */
  readonly branch: string
  /** The messages of its first 300 commits, newest first. */
  readonly messages: ReadonlyArray<string>
}

export class PullRequestHeads extends Context.Tag("gittensor/PullRequestHeads")<
  PullRequestHeads,
  {
    /** `commit`: an earlier head, if not the newest; a force-push may have replaced it. */
    readonly read: (
      ref: IssueRef,
      commit?: string
    ) => Effect.Effect<PullRequestHead, PullRequestNotFound | HeadNotFound | GitHubUnavailable>
  }
>() {}

const makeWith = Effect.fn("PullRequestHeads.make")(function* (settings: GitHubSettings) {
  const rest = Rest.make(yield* Transport.make(settings), settings.tokens.length > 0)
  /** A page of the comparison, with the parameters of the next page. None where GitHub cannot compare. */
  const commitsBetween = (ref: IssueRef, base: string, head: string, page: Readonly<Record<string, string>> = {}) =>
    rest.optionalPage(
      {
        operation: `compare the commits of ${ref}`,
        route: "GET /repos/{owner}/{repo}/compare/{basehead}",
        parameters: { ...ref.ownerAndName, ...page, basehead: `${base}...${head}`, per_page: PAGE }
      },
      Comparison
    )
  /** Tells whether the number is an issue's, for the error's message. */
  const missing = (ref: IssueRef) =>
    Effect.flatMap(rest.issueAs(ref, NumberedPullRequest), ({ _tag }) => new PullRequestNotFound({ ref, isIssue: _tag === "Found" }))
  return PullRequestHeads.of({
    read: Effect.fn("PullRequestHeads.read")(function* (ref: IssueRef, commit?: string) {
      yield* Effect.annotateCurrentSpan("pullRequest", ref.toString())
      const pull = yield* rest
        .optional(
          {
            operation: `read ${ref}`,
            route: "GET /repos/{owner}/{repo}/pulls/{number}",
            parameters: { ...ref.ownerAndName, number: ref.number }
          },
          Pull
        )
        .pipe(Effect.flatMap(Option.match({ onNone: () => missing(ref), onSome: Effect.succeed })))
      const head = commit ?? pull.head.sha
      const first = yield* commitsBetween(ref, pull.base.sha, head).pipe(
        Effect.flatMap(Option.match({ onNone: () => new HeadNotFound({ ref, head }), onSome: Effect.succeed }))
      )
      const messages = first.value.commits.map((one) => one.commit.message)
      let { next } = first
      for (let pages = 1; pages < PAGES && next !== undefined; pages++) {
        const further = yield* commitsBetween(ref, pull.base.sha, head, next)
        // The first page existed, so a 404 is not the end of the list.
        if (Option.isNone(further))
          return yield* new GitHubUnavailable({
            operation: `compare the commits of ${ref}`,
            status: 404,
            why: "a later page of it is missing"
          })
        messages.push(...further.value.value.commits.map((one) => one.commit.message))
        next = further.value.next
      }
      const read: PullRequestHead = {
        base: first.value.merge_base_commit.sha,
        head,
        cloneUrl: pull.base.repo.clone_url,
        state: pull.merged_at !== null ? "merged" : pull.state,
        author: pull.user,
        title: pull.title,
        description: pull.body ?? "",
        branch: pull.head.ref,
        messages: messages.toReversed()
      }
      return read
    })
  })
})

export const layer = Layer.scoped(PullRequestHeads, Effect.flatMap(gitHubSettings, makeWith))
