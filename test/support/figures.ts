/** Figures that several tests expect. They are written a second time on purpose: tests that imported them from src would follow each change of them. */

/** In rao: the most that rounding on the chain takes, and the contract's reserve beyond its books. */
export const DUST = 5n
export const COVER = 3n

/** In blocks: how long an account or a repository must be gone, and how long what cancels an issue without a match must stand. */
export const GONE_FOR = 1_800
export const STANDS_FOR = 21_600
