/** Rewards by UID, in parts per million of one share of the emission. The rest is recycled. */

export type Rewards = ReadonlyMap<number, number>

/** Nothing was scored, so the whole share is recycled. */
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
