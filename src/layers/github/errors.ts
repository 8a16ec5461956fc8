/** Errors of GitHub requests. `GitHubUnavailable` means that GitHub did not answer; every other error is an answer. */

import { Schema } from "effect"
import { EXIT } from "../../domain/causes.ts"
import { IssueRef, RepositoryName } from "../../domain/IssueRef.ts"

/** GitHub did not answer, or its answer cannot be used. Draw no conclusion from it; try again. */
export class GitHubUnavailable extends Schema.TaggedError<GitHubUnavailable>()("GitHubUnavailable", {
  operation: Schema.String,
  status: Schema.optional(Schema.Number),
  why: Schema.String,
  /** GitHub permanently refuses this request to this token. A rate limit does not count. */
  forbidden: Schema.optional(Schema.Boolean),
  /** This request's share of a rate limit is used up. */
  limited: Schema.optional(Schema.Boolean),
  /** The query exceeds GitHub's limits for one answer, even in its smallest form. */
  tooMuch: Schema.optional(Schema.Boolean),
  /** GitHub itself is at fault, or does not know the token: it failed, did not answer, or contradicted itself. */
  ill: Schema.optional(Schema.Boolean)
}) {
  readonly exitCode = EXIT.unanswered
  override get message() {
    return `GitHub gave no answer to "${this.operation}"${this.status === undefined ? "" : ` (status ${this.status})`}: ${this.why}`
  }
}

export class IssueNotFound extends Schema.TaggedError<IssueNotFound>()("IssueNotFound", { ref: IssueRef, deleted: Schema.Boolean }) {
  override get message() {
    return this.deleted ? `${this.ref} was deleted` : `${this.ref} does not exist on GitHub: is the number right?`
  }
}

export class RepositoryNotFound extends Schema.TaggedError<RepositoryNotFound>()("RepositoryNotFound", { repository: RepositoryName }) {
  override get message() {
    return `the repository ${this.repository} does not exist on GitHub or is private: only issues of public repositories can have a bounty`
  }
}

export class GistNotFound extends Schema.TaggedError<GistNotFound>()("GistNotFound", { gist: Schema.String }) {
  override get message() {
    return `the gist ${this.gist} does not exist`
  }
}

export class AccountNotFound extends Schema.TaggedError<AccountNotFound>()("AccountNotFound", { account: Schema.Number }) {
  override get message() {
    return `GitHub has no account with the id ${this.account}`
  }
}

export class PullRequestNotFound extends Schema.TaggedError<PullRequestNotFound>()("PullRequestNotFound", {
  ref: IssueRef,
  isIssue: Schema.Boolean
}) {
  override get message() {
    return this.isIssue
      ? `${this.ref} is an issue: name the pull request that closes it`
      : `${this.ref} does not exist on GitHub, or its repository is private: are name and number right?`
  }
}

/** A commit that was the head of a pull request, or never was. */
export class HeadNotFound extends Schema.TaggedError<HeadNotFound>()("HeadNotFound", { ref: IssueRef, head: Schema.String }) {
  override get message() {
    return `GitHub does not have the commit ${this.head} of ${this.ref} any more: a force-push may have replaced it, or its fork is gone`
  }
}
