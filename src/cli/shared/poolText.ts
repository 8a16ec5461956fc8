/** Pools of the emission in words. */
import type { Emission } from "../../domain/Emission.ts"
import { poolDocuments } from "../../scoring/weights/pools.ts"

/** One pool: how much it is, and for whom. */
export const poolText = ({ name, share, goes_to }: ReturnType<typeof poolDocuments>[number]): string => {
  const whither = {
    miners: "for contributions",
    treasury: "for the treasury",
    champions: "for the last winners of matches",
    recycled: `recycled: this program does not compute ${name}`
  }
  // A share has at most six decimals.
  return `${Number((share * 100).toFixed(4))}% ${whither[goes_to]}`
}

/** What a roster divides the emission into, in one line. */
export const emissionText = (emission: Emission): string => {
  const pools = poolDocuments(emission).map(poolText)
  return pools.length === 0 ? "all of it recycled" : pools.join(", ")
}
