/** Errors of GitHub requests. `GitHubUnavailable` means that GitHub did not answer; every other error is an answer. */
import { Schema } from "effect"
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

export class RepositoryPrivate extends Schema.TaggedError<RepositoryPrivate>()("RepositoryPrivate", { repository: RepositoryName }) {
  override get message() {
    return `the repository ${this.repository} is private: only issues of public repositories can have a bounty`
  }
}

export class RepositoryArchived extends Schema.TaggedError<RepositoryArchived>()("RepositoryArchived", { repository: RepositoryName }) {
  override get message() {
    return `the repository ${this.repository} is archived or disabled: nobody could merge a solution there`
  }
}

export class NotAnIssue extends Schema.TaggedError<NotAnIssue>()("NotAnIssue", { ref: IssueRef }) {
  override get message() {
    return `${this.ref} is a pull request: name the issue that it is about`
  }
}

export class IssueClosed extends Schema.TaggedError<IssueClosed>()("IssueClosed", { ref: IssueRef }) {
  override get message() {
    return `${this.ref} is closed: only an open issue can have a bounty`
  }
}

/** `to`: its present `owner/name#number`, or null if GitHub does not tell. */
export class IssueMoved extends Schema.TaggedError<IssueMoved>()("IssueMoved", { ref: IssueRef, to: Schema.NullOr(Schema.String) }) {
  override get message() {
    return `${this.ref} was moved to another repository: name it ${this.to === null ? "by its new place" : this.to}`
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

export class BadToken extends Schema.TaggedError<BadToken>()("BadToken", { operation: Schema.String, why: Schema.String }) {
  override get message() {
    return `GitHub does not allow "${this.operation}": ${this.why}`
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

export class LoginNotFound extends Schema.TaggedError<LoginNotFound>()("LoginNotFound", { login: Schema.String }) {
  override get message() {
    return `GitHub has no account "${this.login}"`
  }
}
