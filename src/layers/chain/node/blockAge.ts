/** What a block's age, by this machine's clock, says about the clock. */

/** Milliseconds from a block's timestamp until it arrives over the network. */
const AGES = { youngest: -2_000, oldest: 36_000 } as const

export const SET_CLOCK = "synchronise the clock by NTP: timedatectl set-ntp true, or chronyd"

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`

/** The age of a chain's best block in milliseconds: in words, and whether a right clock would see it. */
export const tellBlockAge = (age: number): { readonly text: string; readonly isWrong: boolean } => ({
  text: age < 0 ? `the chain's best block is ${seconds(-age)} in the future` : `the chain's best block is ${seconds(age)} old`,
  isWrong: age < AGES.youngest || age > AGES.oldest
})
