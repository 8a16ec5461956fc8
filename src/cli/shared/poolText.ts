/** Describes the emission's pools. */
import type { Emission } from "../../domain/Emission.ts"
import { poolDocuments } from "../../rules/weights/pools.ts"

/** One pool: its share and recipients. */
export const poolText = ({ name, share, goes_to, winner_takes_all: winner }: ReturnType<typeof poolDocuments>[number]): string => {
  const whither = {
    miners:
      winner === undefined
        ? "for contributions"
        : `for the miner that leads in contributions, until another is ahead by ${winner.margin * 100}% for ${winner.epochs} epochs`,
    treasury: "for the treasury",
    champions: "for the last winners of matches",
    recycled: `recycled: this program does not compute ${name}`
  }
  // A share has at most six decimals.
  return `${Number((share * 100).toFixed(4))}% ${whither[goes_to]}`
}

/** A roster's division of the emission, in one line. */
export const emissionText = (emission: Emission): string => {
  const pools = poolDocuments(emission).map(poolText)
  return pools.length === 0 ? "all of it recycled" : pools.join(", ")
}
