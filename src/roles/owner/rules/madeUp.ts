/** Signs that a repository may have been made up for bounties. No sign is a proof, so they are shown to the owner, who decides. */
import type { RepositoryFacts } from "../../../layers/github/GitHub.ts"

const DAY = 86_400_000

/** Repositories younger than this many days count as new. */
const YOUNG_DAYS = 90
const FEW_STARS = 10
/** Fewer issues or commits than this are no evidence. */
const LEAST_EVIDENCE = 5

const isOnly = (ids: ReadonlyArray<number | null>, id: number | null | undefined): boolean =>
  ids.length >= LEAST_EVIDENCE && id != null && ids.every((one) => one === id)

/** The signs as phrases. `now`: milliseconds since 1970. */
export const signsOf = (
  { commitAuthors, createdAt, issueAuthors, ownerId, stars }: RepositoryFacts,
  now: number
): ReadonlyArray<string> => {
  const days = createdAt === undefined ? undefined : Math.floor((now - createdAt) / DAY)
  return [
    ...(days !== undefined && days < YOUNG_DAYS ? [`it is ${days} day${days === 1 ? "" : "s"} old`] : []),
    ...(stars !== undefined && stars < FEW_STARS ? [`it has ${stars} star${stars === 1 ? "" : "s"}`] : []),
    ...(isOnly(issueAuthors, ownerId) ? [`its owner wrote all of its newest ${issueAuthors.length} issues`] : []),
    ...(isOnly(commitAuthors, commitAuthors[0]) ? [`one account wrote all of its newest ${commitAuthors.length} commits`] : [])
  ]
}
