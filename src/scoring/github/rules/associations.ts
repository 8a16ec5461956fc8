/** What counts of the associations with a repository that GitHub shows, so that validators who see different words see the same rights. Pure. */

/** GitHub's associations of accounts that may merge. */
export const MAINTAINERS: ReadonlySet<string> = new Set(["OWNER", "MEMBER", "COLLABORATOR"])

/** What GitHub calls a member of the organization that owns a repository. Members who hide their membership are called so only where another member asks. */
export const MEMBER = "MEMBER"

/**
 * What everybody is called who may not merge. GitHub has several words for them (CONTRIBUTOR, FIRST_TIMER, NONE …), and which one it shows depends on who asks: a member who
 * hides it is MEMBER to some, and CONTRIBUTOR or NONE to others.
 */
export const NOBODY = "NONE"

/** An account as GitHub shows it to this validator, somewhere. */
export interface Shown {
  readonly association: string
  readonly account: number | null | undefined
}

/** What counts of an association that was shown; null: nothing. `isPublic`: whether the account is a public member of the organization. */
export const counted = (association: string | undefined, isPublic: boolean): string | null =>
  association === undefined || association === MEMBER ? (isPublic ? MEMBER : null) : MAINTAINERS.has(association) ? association : null

/** The accounts that are shown as members. */
export const membersIn = (shown: ReadonlyArray<Shown>): ReadonlySet<number> =>
  new Set(shown.flatMap(({ account, association }) => (association === MEMBER && typeof account === "number" ? [account] : [])))

/** What counts of all that was shown, by account, the lowest first. `members`: the organization's public members. */
export const countedOf = (all: ReadonlyArray<Shown>, members: ReadonlySet<number>): ReadonlyMap<number, string | null> => {
  const own = all.flatMap(({ account, association }) =>
    typeof account === "number" ? [[account, counted(association, members.has(account))] as const] : []
  )
  // An account that is shown in two ways is what gives it rights.
  return new Map([...own.filter(([, one]) => one === null), ...own.filter(([, one]) => one !== null)].toSorted(([a], [b]) => a - b))
}

/** Turns an association that was shown to this validator into the one that everybody sees. */
export type View = (association: string, account: number | null | undefined) => string

/** The view of what counts by account, `known`. */
export const viewOf =
  (known: ReadonlyMap<number, string | null>): View =>
  (association, account) => {
    const settledAs = typeof account === "number" ? known.get(account) : undefined
    // Of an account that GitHub does not name, there is no more than the word.
    return (settledAs === undefined ? counted(association, typeof account !== "number") : settledAs) ?? NOBODY
  }
