/** Judges this machine's clock by a block's age. */

/** The usual time from a block's timestamp to its arrival over the network, in milliseconds. */
const AGES = { youngest: -2_000, oldest: 36_000 } as const

export const SET_CLOCK = "synchronise the clock by NTP: timedatectl set-ntp true, or chronyd"

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`

/** Describes the age of a chain's best block, given in milliseconds, and says whether it shows a wrong clock. */
export const tellBlockAge = (age: number): { readonly text: string; readonly isWrong: boolean } => ({
  text: age < 0 ? `the chain's best block is ${seconds(-age)} in the future` : `the chain's best block is ${seconds(age)} old`,
  isWrong: age < AGES.youngest || age > AGES.oldest
})
