/** What an account is to a repository, as far as GitHub shows it. */
import { Effect, Option } from "effect"
import type { RepositoryName } from "../../domain/IssueRef.ts"
import type { Absences } from "./Absences.ts"
import type * as Rest from "./client/rest.ts"
import { GitHubUnavailable } from "./errors.ts"

/** GitHub's associations of accounts that may merge. */
export const MAINTAINERS: ReadonlySet<string> = new Set(["OWNER", "MEMBER", "COLLABORATOR"])

interface Sources {
  readonly rest: Pick<Rest.Rest, "associations">
  readonly absences: Absences["Type"]
  readonly condition: Effect.Effect<string | null>
}

/**
 * An account's association with a repository: what GitHub says of it beside its newest issue or pull request there. Where it wrote nothing, `otherwise` says; null: it
 * has none. Somebody who was a maintainer stays one until it is proved that he is none any more.
 */
export const associationIn = (
  { rest, absences, condition }: Sources,
  { id, login }: { readonly id: number; readonly login: string },
  repository: RepositoryName,
  otherwise: Effect.Effect<string | null, GitHubUnavailable> = Effect.succeed(null)
): Effect.Effect<string | null, GitHubUnavailable> =>
  Effect.gen(function* () {
    const newest = yield* rest.associations(repository, login)
    // Who wrote nothing has an empty list.
    if (Option.isNone(newest))
      return yield* new GitHubUnavailable({
        operation: `read what ${login} is to ${repository}`,
        status: 404,
        why: "there is no list of what it wrote"
      })
    const written = newest.value.find(({ user }) => user?.id === id)?.author_association
    const shown = written ?? (yield* otherwise)
    const name = `${id} ${repository.toLowerCase()}`
    const seen = shown === null ? null : MAINTAINERS.has(shown) ? shown : ""
    const absence = (yield* absences.look("association", [{ name, owner: String(id), seen }], condition)).get(name)
    return absence === undefined || absence.isProved ? shown : (absence.last ?? null)
  })
