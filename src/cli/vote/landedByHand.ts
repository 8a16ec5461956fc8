/** Finds the pull request of a competitor that the project's people landed by hand, with a commit. */
import { Effect } from "effect"
import type { Competition, Issue } from "../../contract-client/generated.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import { OperationFailed } from "../../domain/failures.ts"
import { RepositoryName } from "../../domain/IssueRef.ts"
import { Chain } from "../../layers/chain/node/Chain.ts"
import { GitHub } from "../../layers/github/GitHub.ts"
import { isFor, pullRequestsIn } from "../../rules/verdicts/project.ts"
import { evidenceOn, factsOf } from "../../scoring/issue_competitions/verdicts.ts"

const refused = (message: string) => new OperationFailed({ message })

/**
 * The number of the only unmerged pull request for the issue of a competitor's account, once GitHub shows the commit on the default branch. What the
 * commit changed is not compared: a person has looked.
 */
export const landedByHand = Effect.fn("landedByHand")(function* (
  issue: Issue,
  competition: Competition,
  hotkey: AccountAddress,
  commit: string
) {
  const place = `${issue.repository}#${issue.number}`
  const facts = yield* factsOf(issue, competition, yield* (yield* Chain).finalisedHead)
  const account = facts.competitors.find((one) => one.hotkey === hotkey)?.githubId
  if (account === undefined) return yield* refused(`${hotkey} does not compete for issue ${issue.id}`)
  if (account === null) return yield* refused(`no GitHub account of ${hotkey} is known: give --pull-request N`)
  const evidence = yield* evidenceOn(issue, facts)
  if (evidence._tag !== "Found") return yield* refused(`GitHub does not show ${place}: give --pull-request N`)
  if (!(yield* (yield* GitHub).isOnDefaultBranch(RepositoryName.make(evidence.repository), commit)))
    return yield* refused(`commit ${commit} is not on ${evidence.defaultBranch} of ${evidence.repository}`)
  const theirs = pullRequestsIn(evidence).filter((one) => one.authorId === account && one.mergedAt === null && isFor(evidence, facts, one))
  const [only] = theirs
  if (only !== undefined && theirs.length === 1) return only.number
  const names = theirs.map(({ number }) => `#${number}`).join(" and ")
  return yield* refused(
    only === undefined
      ? `${hotkey} has no pull request for ${place} that was not merged: give --pull-request N`
      : `${hotkey} has ${names} for ${place}: give the one that the commit landed as --pull-request N`
  )
})
