/** Tables of data from GitHub alone. */
import { account, count, flag, json, optional, table, text, time, whole } from "./table.ts"

export const gitHubTables = {
  pull_requests: table("a pull request that GitHub links to an issue, or that a competitor wrote for it", {
    repository: text("the repository of the pull request: owner/name"),
    number: count("its number in that repository"),
    issue: count("the issue"),
    competition: optional(count("the match that its author was in when it was opened, or else the author's next one")),
    hotkey: optional(account("the competitor who wrote it; null if no competitor did")),
    author: optional(text("the author's GitHub account")),
    author_id: optional(whole("GitHub's id of that account")),
    title: optional(text("its title")),
    state: text("open, closed without a merge, or merged"),
    draft: flag("whether its author still calls it a draft"),
    checks: optional(text("what the checks of its head say together; null if it has none, or the token of the index may not read them")),
    review: optional(text("what reviewers decided: approved, changes requested, or required and not given; null if GitHub says nothing")),
    created_at: time("when it was opened"),
    merged_at: optional(time("when it was merged")),
    closed_at: optional(time("when it was closed")),
    additions: optional(count("lines added")),
    deletions: optional(count("lines deleted")),
    files: optional(count("files changed")),
    early: optional(flag("whether its author opened it before pull requests counted, so that it does not; null if no competitor wrote it")),
    seen_at: time("when GitHub was last asked")
  }),

  plays: table("a step of a competitor's pull request, as GitHub tells it; its times are those of GitHub, of checks and of committers", {
    issue: count("the issue"),
    repository: text("the repository of the pull request: owner/name"),
    number: count("the pull request's number in that repository"),
    place: count("its place among the steps of the pull request, from 0"),
    at: time("when it happened"),
    kind: text(
      "what happened. passing, failing: its checks ended; dismissed: a review no longer counts; reverted: a pull request that takes it back was merged"
    ),
    by: optional(text("the GitHub account that did it, of a dismissal the one whose review it was; null if GitHub does not say")),
    commit: optional(text("the commit that was pushed or checked")),
    times: count("how many such steps in a row it stands for, pushes for example"),
    seen_at: time("when the index first read it as it is")
  }),

  github_comments: table(
    "the comment that this index wrote on an issue; it is kept when the index is built anew, because it cannot be read from the chain again",
    {
      chain: text("the hash of the chain's block 0"),
      contract: account("the contract's address"),
      issue: count("the contract's id of the issue"),
      repository: text("the repository in which it was written: owner/name"),
      number: count("the issue's number there"),
      comment: optional(whole("GitHub's id of the comment; null until it is known to be there")),
      author: optional(whole("GitHub's id of the account that wrote it: a comment of any other account is a fake")),
      hash: optional(text("the SHA-256 of its text, by which anyone can tell whether it was changed")),
      written_at: optional(time("when it was last written")),
      reactions: optional(
        count("how many reactions it had then; one account can leave several, of different kinds; null if GitHub did not say")
      ),
      sent_at: optional(time("since when it is on its way, where no answer was seen yet"))
    }
  ),

  suggestions: table("an open issue without a bounty that could get one; nobody has promised it", {
    repository: text("its repository on GitHub: owner/name"),
    number: count("its number there"),
    title: text("its title"),
    opened_at: time("when it was opened"),
    points: whole("the sum of its reasons' points, by which suggestions are ranked"),
    reasons: json("why it stands where it stands: each reason with its points"),
    asked_by: optional(text("the GitHub account with write access that asked for a bounty; null if none did")),
    doubt: optional(text("what is not known yet, for which it would not be registered now; null if nothing is in doubt")),
    seen_at: time("when GitHub was last asked")
  }),

  repositories: table("a repository of the roster or with a registered issue, and what pull requests ask of its maintainers", {
    repository: text("its name on GitHub in lower case: owner/name"),
    burden: optional(
      json("what maintainers had to do with pull requests of miners, and of everybody else, by GitHub; null if GitHub has not shown them")
    ),
    seen_at: optional(time("when GitHub last showed its pull requests; null if it has not")),
    asked_at: time("when GitHub was last asked"),
    choices: optional(
      json(
        "what its people chose by .gittensor.yml and files like it: what was read, from where, and what it means; null if GitHub has not shown it"
      )
    ),
    choices_at: optional(time("when GitHub was last asked what they chose; null if it was not"))
  })
}
