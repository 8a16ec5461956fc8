/** Amounts are whole rao (10⁻⁹ alpha) and stay exact from the chain to the screen, which has the marks of the reader's locale. Digits are those of commands. */
import * as Figures from "../../../src/story/figures.ts"

/** A share for a style sheet, "12.5%", whatever the locale. */
export { percent as cssPercent, shareOf } from "../../../src/story/figures.ts"

const NUMBER = /(\d[\d,]*)(?:\.(\d+))?/g

const markOf = (locale: string | undefined): string =>
  new Intl.NumberFormat(locale, { numberingSystem: "latn" }).formatToParts(1.5).find(({ type }) => type === "decimal")?.value ?? "."

/** Writes figures of a text, such as "≈ 1,234.5 TAO", with a locale's marks. */
export const inLocale = (locale?: string) => {
  const whole = new Intl.NumberFormat(locale, { numberingSystem: "latn", maximumFractionDigits: 0 })
  const mark = markOf(locale)
  return (text: string): string =>
    text.replace(NUMBER, (_, digits: string, fraction: string | undefined) => {
      const written = whole.format(BigInt(digits.replaceAll(",", "")))
      return fraction === undefined ? written : `${written}${mark}${fraction}`
    })
}

const MARK = markOf(undefined)

/** In the reader's locale. */
export const written = inLocale()

export const exactAlpha = (rao: string | bigint): string => written(Figures.exactAlpha(rao))
export const shortAlpha = (rao: string | bigint, decimals?: number): string => written(Figures.shortAlpha(rao, decimals))
export const wholeNumber = (value: number): string => written(Figures.wholeNumber(value))
export const percent = (share: number, decimals?: number): string => written(Figures.percent(share, decimals))

/** With so many decimals and without marks of thousands, as ratings are. */
export const decimal = (value: number, places: number): string => value.toFixed(places).replace(".", MARK)

/** 10,000 basis points as "100%", 5,001 as "50.01%". */
export const basisPoints = (points: number): string => written(Figures.percent(points / 10_000, 2).replace(/\.?0+%$/, "%"))

export const sumOf = (amounts: ReadonlyArray<string>): string => amounts.reduce((sum, rao) => sum + BigInt(rao), 0n).toString()

/** The largest of some amounts in rao; 0 if there are none. Math.max does not take bigints. */
export const largestOf = (amounts: ReadonlyArray<bigint>): bigint => {
  const [first] = amounts.toSorted((left, right) => (left < right ? 1 : -1))
  return first ?? 0n
}
