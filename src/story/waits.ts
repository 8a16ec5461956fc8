/** How long votes on an end must stand before they count. */
import { type Clocks, waitOf } from "../contract-client/standing.ts"

/** The wait of an issue without a match, by the contract's settings. */
export const waitWithoutMatch = (clocks: Clocks): number => waitOf(null, clocks)

interface Dates {
  readonly outcomeUntil: { readonly block: number }
  readonly expiresFrom: { readonly block: number }
}

/** A match's wait, by its dates. */
export const waitBehind = ({ expiresFrom, outcomeUntil }: Dates): number => (expiresFrom.block - outcomeUntil.block - 1) / 3
