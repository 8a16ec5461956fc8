/** Prints other hotkeys that named a competitor's GitHub account. */

import { paragraph } from "../../layers/machine/terminal/paragraph.ts"
import type { OtherClaim } from "../../scoring/issue_competitions/accountClaims.ts"

const competitionsText = (competitions: ReadonlyArray<number>): string => {
  const last = competitions.at(-1)
  if (last === undefined) return "it never competed"
  return competitions.length === 1 ? `it played match ${last}` : `it played ${competitions.length} matches, the last one ${last}`
}

/** The other hotkeys, one per line. Empty: no other hotkey named the account. */
export const otherClaimLines = (others: ReadonlyArray<OtherClaim>, indent: number): ReadonlyArray<string> =>
  others.length === 0
    ? []
    : [
        ...paragraph("Other hotkeys also named this account. That is only a claim, which anyone can make:", indent),
        ...others.flatMap(({ hotkey, uid, committedAt, competitions }) => [
          `${" ".repeat(indent + 2)}${hotkey}`,
          ...paragraph(
            `${uid === null ? "not registered now" : `UID ${uid}`}, commitment of block ${committedAt}; ${competitionsText(competitions)}`,
            indent + 4
          )
        ])
      ]
