/** Reduces the author associations that GitHub shows to rights that are the same for every viewer. Pure. */
import { isMaintainer } from "../../domain/maintainers.ts"

/** A member of the organization that owns the repository. GitHub shows private members as MEMBER only to other members. */
export const MEMBER = "MEMBER"

/**
 * The value for all accounts that may not merge. GitHub has several (CONTRIBUTOR, FIRST_TIMER, NONE …), and which one it shows depends on the viewer:
 * a private member is MEMBER to some, and CONTRIBUTOR or NONE to others.
 */
export const NOBODY = "NONE"

/** An account's association as GitHub showed it to this validator. */
export interface ShownAssociation {
  readonly association: string
  readonly account: number | null | undefined
}

/** The association that counts for one that GitHub showed; null if it grants no rights. `isPublic`: the account is a public member of the organization. */
export const counted = (association: string | undefined, isPublic: boolean): string | null =>
  association === undefined || association === MEMBER ? (isPublic ? MEMBER : null) : isMaintainer(association) ? association : null

export const membersIn = (shown: ReadonlyArray<ShownAssociation>): ReadonlySet<number> =>
  new Set(shown.flatMap(({ account, association }) => (association === MEMBER && typeof account === "number" ? [account] : [])))

/** The association that counts for each account, sorted by account id. `members`: the organization's public members. */
export const countedOf = (all: ReadonlyArray<ShownAssociation>, members: ReadonlySet<number>): ReadonlyMap<number, string | null> => {
  const own = all.flatMap(({ account, association }) =>
    typeof account === "number" ? [[account, counted(association, members.has(account))] as const] : []
  )
  // If GitHub showed several associations of an account, one that grants rights wins.
  return new Map([...own.filter(([, one]) => one === null), ...own.filter(([, one]) => one !== null)].toSorted(([a], [b]) => a - b))
}

/** Maps an association that GitHub showed to this validator to the one that every viewer sees. */
export type View = (association: string, account: number | null | undefined) => string

/** The view by `known`, the associations that count, by account. */
export const viewOf =
  (known: ReadonlyMap<number, string | null>): View =>
  (association, account) => {
    const settledAs = typeof account === "number" ? known.get(account) : undefined
    // Without an account id, only the shown association is known.
    return (settledAs === undefined ? counted(association, typeof account !== "number") : settledAs) ?? NOBODY
  }
