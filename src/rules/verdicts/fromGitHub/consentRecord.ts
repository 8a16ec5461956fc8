/** Reads from GitHub's answers whether a repository accepts a bounty on an issue. Pure. */
import { type Ask, type ConsentRecord, consentFileOf } from "../../../domain/consent.ts"
import { shownEntries } from "../../../domain/github/answerParts.ts"
import type { IssueSigns, RepositorySigns, Sign } from "../../../domain/github/ConsentAnswers.ts"
import { onOneLine } from "../../../domain/onOneLine.ts"
import { choicesOf } from "./choices.ts"

/**
 * The consent record of a repository and an issue. Locks and labels that an account of `competitors` put on the issue are left out: a competitor
 * neither gives nor ends consent.
 */
export const consentIn = (
  name: string,
  repository: typeof RepositorySigns.Type,
  { labels, locked, signs }: typeof IssueSigns.Type,
  { asks = [], competitors = [] }: { readonly asks?: ReadonlyArray<Ask>; readonly competitors?: ReadonlyArray<number | null> }
): ConsentRecord => {
  const events = shownEntries(signs.nodes)
  const isTheirs = (last: typeof Sign.Type | undefined) => last?.actor?.databaseId != null && competitors.includes(last.actor.databaseId)
  const labelling = (label: string) => events.findLast((one) => one.__typename === "LabeledEvent" && one.label.name === label)
  return {
    repository: name,
    isArchived: repository.isArchived,
    file: consentFileOf(choicesOf(repository)),
    issue: {
      isLocked: locked && !isTheirs(events.findLast(({ __typename }) => __typename === "LockedEvent")),
      labels: shownEntries(labels?.nodes).flatMap((label) => (isTheirs(labelling(label.name)) ? [] : [onOneLine(label.name)])),
      asks
    }
  }
}
