/** Normalises labels of issues and pull requests for comparison. */

/**
 * A label as rules compare it: in lower case, without emoji, their names and a prefix. `:moneybag: Bounty`, `💎 bounty` and `status: Bounty` are the
 * same label, and so are `help-wanted` and `Help Wanted`.
 */
export const plainLabel = (label: string): string => {
  const named = label.toLowerCase().replace(/:[a-z0-9_+-]{1,40}:/g, " ")
  const behind = named.slice(Math.max(named.lastIndexOf(":"), named.lastIndexOf("/")) + 1)
  return behind.replace(/[^\p{L}\p{N}]+/gu, " ").trim()
}
