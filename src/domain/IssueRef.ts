/** A GitHub issue as people write it: `owner/name#42` or its URL. */

import { Effect, Schema } from "effect"
import { EXIT } from "./causes.ts"

/**
 * `owner/name`, at most 140 characters of GitHub's alphabet. Owners may have names that nobody can choose today: old ones begin or end with hyphens
 * or have several in a row (`-ACE-`, `0----0`: https://github.com/shinnn/github-username-regex/issues/7), and accounts that an enterprise manages end
 * in an underscore and its short code
 * (https://docs.github.com/en/enterprise-cloud@latest/admin/managing-iam/iam-configuration-reference/username-considerations-for-external-authentication).
 */
export const RepositoryName = Schema.String.pipe(
  Schema.maxLength(140),
  Schema.pattern(/^[A-Za-z0-9_-]{1,100}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/, {
    message: (issue) => `"${String(issue.actual)}" is not a repository: it is written owner/name`
  }),
  Schema.brand("RepositoryName")
)
export type RepositoryName = typeof RepositoryName.Type

/** The number of an issue or a pull request, which share one sequence in a repository. GraphQL limits it to 31 bits. */
export const IssueNumber = Schema.Int.pipe(Schema.between(1, 2_147_483_647), Schema.brand("IssueNumber"))
export type IssueNumber = typeof IssueNumber.Type

export class IssueRef extends Schema.Class<IssueRef>("IssueRef")({
  repository: RepositoryName,
  number: IssueNumber
}) {
  override toString() {
    return `${this.repository}#${this.number}`
  }

  /** The contract's unique key. GitHub's names ignore case. */
  get key() {
    return this.toString().toLowerCase()
  }

  /** `owner` and `name` apart, as GitHub's REST paths take them. */
  get ownerAndName() {
    return splitRepository(this.repository)
  }
}

export const splitRepository = (repository: RepositoryName): { readonly owner: string; readonly repo: string } => {
  const slash = repository.indexOf("/")
  return { owner: repository.slice(0, slash), repo: repository.slice(slash + 1) }
}

export class InvalidIssueRef extends Schema.TaggedError<InvalidIssueRef>()("InvalidIssueRef", {
  input: Schema.String
}) {
  readonly exitCode = EXIT.usage
  override get message() {
    return pullRequestAddress.test(this.input)
      ? `"${this.input}" is the URL of a pull request: name the issue as owner/name#42 or by its GitHub URL`
      : `"${this.input}" is not an issue: write it as owner/name#42 or as its GitHub URL`
  }
}

const pullRequestAddress = /\/pulls?\/\d+/

/** `owner/name#42`, or a URL with or without scheme and www, trailing slash, query or comment anchor. */
const written = /^(?:(?:https?:\/\/)?(?:www\.)?github\.com\/)?([^/\s#?]+\/[^/\s#?]+)(?:#(\d{1,10})|\/issues\/(\d{1,10})\/*(?:[?#]\S*)?)$/i

/** Parses an issue typed by a person. The error quotes the input. */
export const parse = (input: string): Effect.Effect<IssueRef, InvalidIssueRef> => {
  const match = written.exec(input.trim())
  return Schema.decodeUnknown(IssueRef)({ repository: match?.[1], number: Number(match?.[2] ?? match?.[3]) }).pipe(
    Effect.mapError(() => new InvalidIssueRef({ input }))
  )
}
