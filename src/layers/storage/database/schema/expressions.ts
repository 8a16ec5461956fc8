/** SQL expressions of which the index and the API need the same one. */

/** Whether the announced change `g`, a row of `config_changes`, still waits. */
export const STILL_WAITS =
  "NOT EXISTS (SELECT FROM config_changes d WHERE d.change = g.change AND d.kind IN ('ChangeApplied', 'ChangeVetoed', 'ChangeWithdrawn'))"

/** The round length in force at a block; null before the contract's first settings. */
export const lengthAt = (block: string): string =>
  `(SELECT (config ->> 'roundLength')::bigint FROM config_changes WHERE config IS NOT NULL AND block <= ${block} ORDER BY block DESC, event DESC LIMIT 1)`

/** The GitHub account to which a hotkey was committed at a block; null: to none. */
export const accountAt = (hotkey: string, block: string): string =>
  `(SELECT l.account FROM github_links l WHERE l.hotkey = ${hotkey} AND l.linked_at <= ${block} ORDER BY l.linked_at DESC LIMIT 1)`

/**
 * The GitHub account that a hotkey has in a match, as in validators' verdicts: the one committed at the first block of the match's round. `match`: a row of
 * `competitions`.
 */
export const accountInMatch = (match: string, hotkey: string): string =>
  accountAt(
    hotkey,
    `(SELECT CASE WHEN ${match}.started_at BETWEEN ${match}.round * d.length AND (${match}.round + 1) * d.length - 1
      THEN ${match}.round * d.length ELSE ${match}.started_at END FROM (SELECT ${lengthAt(`${match}.started_at - 1`)} AS length) d)`
  )
