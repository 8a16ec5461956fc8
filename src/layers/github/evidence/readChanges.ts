/**
 * Reads what commits changed: by git where a clone can be had, otherwise by REST's lists of files, which have ETags, so that repeated requests cost
 * nothing of the limit.
 */
import { Effect, Option, Schema } from "effect"
import { File } from "../../../domain/github/IssueAnswers.ts"
import { type RepositoryName, splitRepository } from "../../../domain/IssueRef.ts"
import { type Change, fileChangeOf, gitsFileChange } from "../../../rules/verdicts/fromGitHub/changes.ts"
import { nextPageIn } from "../client/answers.ts"
import type { Rest } from "../client/rest.ts"
import type { GitHubUnavailable } from "../errors.ts"
import { askGit, type NamedBranch } from "./defaultBranch.ts"

const Files = Schema.Struct({
  files: Schema.optional(Schema.Array(File)),
  parents: Schema.optional(Schema.Array(Schema.Struct({ sha: Schema.String })))
})

/** GitHub lists 300 files of a comparison, and of a commit as many to a page, at most 3,000 (https://docs.github.com/en/rest/commits/commits#get-a-commit). */
const FILES_COMPARED = 300
const FILE_PAGES = 10

/**
 * The diff of a commit against an older one, or else against its first parent. Undefined: GitHub does not know the commit, or does not list all of
 * its files.
 */
export const filesOf = (rest: Rest, repository: RepositoryName, { commit, since }: { readonly commit: string; readonly since?: string }) =>
  Effect.gen(function* () {
    const place = splitRepository(repository)
    const operation = `read what ${commit} changed in ${repository}`
    const question =
      since === undefined
        ? { operation, route: "GET /repos/{owner}/{repo}/commits/{ref}", parameters: { ...place, ref: commit } }
        : { operation, route: "GET /repos/{owner}/{repo}/compare/{basehead}", parameters: { ...place, basehead: `${since}...${commit}` } }
    const files: Array<File> = []
    let parent: string | undefined
    let page: Readonly<Record<string, string>> | undefined = {}
    for (let pages = 0; page !== undefined; pages++) {
      const answer: { readonly status: number; readonly data: unknown; readonly headers: { readonly link?: string } } = yield* rest.ask({
        ...question,
        parameters: { ...question.parameters, ...page }
      })
      if (answer.status !== 200 || pages >= FILE_PAGES) return undefined
      const { files: listed, parents } = yield* rest.understand(operation, Files, answer.data)
      if (listed === undefined || (since !== undefined && listed.length >= FILES_COMPARED)) return undefined
      files.push(...listed)
      parent ??= parents?.[0]?.sha
      page = since === undefined ? nextPageIn(answer.headers.link) : undefined
    }
    return { files, parent }
  })

/** Concurrent requests to GitHub. */
const AT_ONCE = 4

/** The diffs of commits against their first parents, in order. Undefined: the source does not know the commit, or not all of its files. */
export const changesOf = (
  place: NamedBranch,
  commits: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<Change | undefined>, GitHubUnavailable> =>
  commits.length === 0
    ? Effect.succeed([])
    : Effect.flatMap(askGit(place, { changes: commits.map((commit) => ({ commit })) }), (answer) => {
        const known = Option.getOrUndefined(answer)?.changes
        return Effect.forEach(
          commits,
          (commit, index) => {
            const files = known?.[index]?.files.map(gitsFileChange)
            return files !== undefined
              ? Effect.succeed(files)
              : Effect.map(filesOf(place.rest, place.repository, { commit }), (found) => found?.files.map(fileChangeOf))
          },
          { concurrency: AT_ONCE }
        )
      })
