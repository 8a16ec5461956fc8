/** The page's typeface, a subset of its package. */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { resolve } from "node:path"
import subsetFont from "subset-font"

const root = resolve(import.meta.dirname, "../..")

/** All widths and weights of Archivo, in Latin letters. */
const source = createRequire(import.meta.url).resolve("@fontsource-variable/archivo/files/archivo-latin-wdth-normal.woff2")

export interface Font {
  /** The output file. */
  readonly file: string
  readonly format: "woff2" | "sfnt"
  readonly axes: Readonly<Record<"wght" | "wdth", number | { readonly min: number; readonly max: number; readonly default: number }>>
}

export const FONTS: ReadonlyArray<Font> = [
  {
    file: "web/src/fonts/archivo.woff2",
    format: "woff2",
    axes: { wght: { min: 400, max: 800, default: 400 }, wdth: { min: 75, max: 100, default: 100 } }
  },
  ...[500, 800].map(
    (wght): Font => ({ file: `src/dashboard/api/sharing/picture/archivo-${wght}.ttf`, format: "sfnt", axes: { wght, wdth: 100 } })
  )
]

const range = (first: number, last: number) =>
  String.fromCodePoint(...Array.from({ length: last - first + 1 }, (_, index) => first + index))

/** Other characters appear in a typeface of the reader's system. */
const CHARACTERS = `${range(0x20, 0x7e)}${range(0xa0, 0xff)}ıŒœ–—‘’‚“”„•…′″‹›€™↑↓−`

/** The bytes of a font, which are the same on every machine. */
export const cut = async ({ format, axes }: Font): Promise<Uint8Array> =>
  new Uint8Array(await subsetFont(readFileSync(source), CHARACTERS, { targetFormat: format, variationAxes: axes }))

export const pathOf = ({ file }: Font): string => resolve(root, file)
