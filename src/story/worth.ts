/** The value of an amount of alpha in TAO, for orientation: by the chain's newest known price, if that is no older than a day. */
import { exactAlpha, shortAlpha } from "./figures.ts"

const RAO = 1_000_000_000n
const DAY = 86_400_000

/** A price as the API gives it. */
export interface AlphaPrice {
  /** Rao of TAO for one alpha. */
  readonly tao: string
  readonly at: { readonly block: number; readonly time: string | null }
}

/** Rao of TAO, rounded down. Both arguments are in rao. */
export const taoOf = (alpha: bigint, price: bigint): bigint => (alpha * price) / RAO

/** "12.3": a larger amount has fewer decimals. Truncated, never rounded up. */
const shortTao = (rao: bigint): string => shortAlpha(rao, rao >= 100n * RAO ? 0 : rao >= RAO ? 2 : 4)

/** "12.3 TAO" */
export const shortTaoText = (rao: bigint): string => `${shortTao(rao)} TAO`

/** "≈ 12.3 TAO" */
export const taoText = (alpha: bigint, price: bigint): string => `≈ ${shortTaoText(taoOf(alpha, price))}`

export interface Worth {
  /** "≈ 12.3 TAO" */
  readonly text: string
  /** "0.0412": TAO for one alpha, exact. */
  readonly price: string
  readonly at: AlphaPrice["at"]
}

/** Undefined without a price, or if its time is unknown or more than a day ago. `now`: milliseconds since 1970. */
export const worthOf = (alpha: string | bigint, price: AlphaPrice | null | undefined, now: number): Worth | undefined => {
  if (price == null || price.at.time === null || now - Date.parse(price.at.time) > DAY) return undefined
  const tao = BigInt(price.tao)
  return { text: taoText(BigInt(alpha), tao), price: exactAlpha(tao).replace(/\.?0+$/, ""), at: price.at }
}
