/** Judges this machine's clock by a block's age. */

/** The age that a new block usually has when it arrives here, in milliseconds; below 0 where the clocks of the author and of this machine differ a little. */
const USUAL_AGE = { least: -2_000, most: 36_000 } as const

export const SET_CLOCK = "synchronise the clock by NTP: timedatectl set-ntp true, or chronyd"

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`

/** Describes the age of a chain's best block, given in milliseconds, and says whether it shows a wrong clock. */
export const tellBlockAge = (age: number): { readonly text: string; readonly isWrong: boolean } => ({
  text: age < 0 ? `the chain's best block is ${seconds(-age)} in the future` : `the chain's best block is ${seconds(age)} old`,
  isWrong: age < USUAL_AGE.least || age > USUAL_AGE.most
})
