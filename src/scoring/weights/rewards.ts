/**
 * What a part of the program gives to whom: parts per million of that part's own share, by UID. What is not given is recycled.
 */

/** The whole of a share. */
export const WHOLE_PPM = 1_000_000

export type Rewards = ReadonlyMap<number, number>

/** Nothing was measured, and nothing is made up for it: the whole share is recycled. */
export interface NothingScored {
  readonly _tag: "NothingScored"
  readonly why: string
}

export interface Scored {
  readonly _tag: "Scored"
  readonly rewards: Rewards
}

export type Scoring = Scored | NothingScored

export const nothingScored = (why: string): NothingScored => ({ _tag: "NothingScored", why })

export const scored = (rewards: Rewards): Scored => ({ _tag: "Scored", rewards })
