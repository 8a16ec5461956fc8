/** Maps checked links to accounts: which hotkey has which account, and for which hotkeys this is unknown at present. Pure. */
import type { AccountAddress } from "../../../domain/Account.ts"
import * as GitHubLink from "../../../domain/GitHubLink.ts"

export interface LinkedAccounts {
  /** The GitHub account id of every hotkey whose link is proven. */
  readonly accounts: ReadonlyMap<AccountAddress, number>
  /** Hotkeys whose link could not be checked because GitHub did not answer or does not show the gist. Draw no conclusion about them. */
  readonly unknown: ReadonlySet<AccountAddress>
  /** The unknown hotkeys whose gist this validator has never seen. They contest no account, because anybody can name a gist that does not exist. */
  readonly unseen: ReadonlySet<AccountAddress>
  /** Why a hotkey's link does not count. */
  readonly refused: ReadonlyMap<AccountAddress, string>
}

/** A hotkey's claim to an account, with the result of its check. */
export type CheckedLink = { readonly hotkey: AccountAddress; readonly account: number; readonly committedAt: number } & (
  | { readonly _tag: "Proven" }
  | { readonly _tag: "Refused"; readonly why: string }
  /** GitHub withholds the gist from everybody, or all gists from this validator. The other links decide between the two. */
  | { readonly _tag: "Forbidden"; readonly why: string }
  /** `isUnseen`: GitHub does not show the gist, and never did. */
  | { readonly _tag: "Unknown"; readonly isUnseen: boolean }
)

/** A forbidden gist counts as refused only if GitHub shows this validator some other gist. */
const withoutForbidden = (checked: ReadonlyArray<CheckedLink>): ReadonlyArray<CheckedLink> => {
  const showsSome = checked.some(({ _tag }) => _tag === "Proven" || _tag === "Refused")
  return checked.map((one) =>
    one._tag !== "Forbidden" ? one : showsSome ? { ...one, _tag: "Refused" } : { ...one, _tag: "Unknown", isUnseen: false }
  )
}

/** Gives each account to the hotkey that committed to it first. */
export const linkedAccounts = (links: ReadonlyArray<CheckedLink>): LinkedAccounts => {
  const checked = withoutForbidden(links)
  const proven = checked.flatMap(
    (one): ReadonlyArray<GitHubLink.ProvenLink> =>
      one._tag === "Proven" ? [{ ...one, account: GitHubLink.GitHubAccountId.make(one.account) }] : []
  )
  const owners = GitHubLink.accountsByHotkey(proven)
  // While an earlier claim to an account cannot be checked, the account belongs to nobody. A later claim, or one whose gist was never seen, contests
  // nothing.
  const isContested = (one: CheckedLink) =>
    checked.some(
      (other) =>
        other._tag === "Unknown" && !other.isUnseen && other.account === one.account && other !== one && !GitHubLink.isEarlier(one, other)
    )
  const unknown = new Set(
    checked.flatMap((one) =>
      one._tag === "Unknown" || (one._tag === "Proven" && owners.has(one.hotkey) && isContested(one)) ? [one.hotkey] : []
    )
  )
  const refused = checked.flatMap((one): ReadonlyArray<readonly [AccountAddress, string]> => {
    if (one._tag === "Refused") return [[one.hotkey, one.why]]
    return one._tag === "Proven" && !owners.has(one.hotkey)
      ? [[one.hotkey, `another hotkey linked GitHub account ${one.account} first`]]
      : []
  })
  return {
    accounts: new Map([...owners].filter(([hotkey]) => !unknown.has(hotkey))),
    unknown,
    unseen: new Set(checked.flatMap((one) => (one._tag === "Unknown" && one.isUnseen ? [one.hotkey] : []))),
    refused: new Map(refused)
  }
}
