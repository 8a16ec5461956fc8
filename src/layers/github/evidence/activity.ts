/**
 * Reads a branch's pushes and merges from GitHub's list of a repository's activity
 * (https://docs.github.com/en/rest/repos/repos#list-repository-activities). Its timestamps are those of GitHub's servers; those of commits are not.
 * Everybody who may read a repository may read the list.
 */
import { Effect, Option, Schema } from "effect"
import { Time } from "../../../domain/github/answerParts.ts"
import { type RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import type { Rest } from "../client/rest.ts"
import type { GitHubUnavailable } from "../errors.ts"

const Move = Schema.Struct({
  /** The branch's head before; zeros: the branch was created. */
  before: Schema.String,
  after: Schema.String,
  timestamp: Time,
  actor: Schema.NullOr(Schema.Struct({ id: Schema.Int }))
})
export type Move = typeof Move.Type

export interface Branch {
  readonly repository: RepositoryName
  readonly branch: string
}

const PAGE = 100
/** The most pages, of 100 activities each. */
const MOVE_PAGES = 20

const route = "GET /repos/{owner}/{repo}/activity"

/**
 * A branch's activities, newest first: those since a time (milliseconds since 1970), and some before. Undefined: GitHub shows no list, or not back to
 * that time.
 */
export const readLatestMoves = (
  rest: Rest,
  { branch, repository }: Branch,
  since: number
): Effect.Effect<ReadonlyArray<Move> | undefined, GitHubUnavailable> =>
  Effect.gen(function* () {
    const moves: Array<Move> = []
    let page: Readonly<Record<string, string>> | undefined = {}
    for (let pages = 0; page !== undefined; pages++) {
      if (pages >= MOVE_PAGES) return undefined
      const parameters: Readonly<Record<string, unknown>> = {
        ...splitRepository(repository),
        ref: `refs/heads/${branch}`,
        ...page,
        per_page: PAGE
      }
      const answer: Option.Option<{
        readonly value: ReadonlyArray<Move>
        readonly next: Readonly<Record<string, string>> | undefined
      }> = yield* rest.optionalPage({ operation: `read who moved ${branch} of ${repository}`, route, parameters }, Schema.Array(Move))
      if (Option.isNone(answer)) return undefined
      moves.push(...answer.value.value)
      page = moves.some(({ timestamp }) => timestamp < since) ? undefined : answer.value.next
    }
    return moves
  })

/** The period in which an account must have moved a branch: a quarter of a year. */
const ACTIVITY_PERIOD = "quarter"

/**
 * Whether an account moved a branch of a repository lately, which takes write access. Without a branch name, every branch counts. A negative answer
 * proves nothing.
 */
export const hasMoved = (
  rest: Rest,
  { branch, repository }: { readonly repository: RepositoryName; readonly branch: string | undefined },
  account: { readonly id: number; readonly login: string }
): Effect.Effect<boolean, GitHubUnavailable> =>
  Effect.map(
    rest.optional(
      {
        operation: `read whether ${account.login} moved ${branch ?? "a branch"} of ${repository}`,
        route,
        parameters: {
          ...splitRepository(repository),
          ...(branch === undefined ? {} : { ref: `refs/heads/${branch}` }),
          actor: account.login,
          time_period: ACTIVITY_PERIOD,
          per_page: 1
        }
      },
      Schema.Array(Move)
    ),
    Option.exists((moves) => moves.some(({ actor }) => actor?.id === account.id))
  )
