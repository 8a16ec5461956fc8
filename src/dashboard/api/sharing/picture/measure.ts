/** Approximate text widths. */
import table from "anafanafo/data/helvetica-11px-bold.json" with { type: "file" }
import { loadConsumerSync } from "char-width-table-consumer"

/** Font size of the package's width table (Helvetica bold), and the factor by which our bold font is wider. */
const [FONT_SIZE, WIDER] = [11, 1.06]

/** Loaded as a file, because as a module the table would take twenty times its compressed size in script and bytecode. */
const widths = loadConsumerSync(table)

/** The approximate width of a text in pixels, rather too large than too small. */
export const measure = (text: string, size: number): number => (widths.widthOf(text) * size * WIDER) / FONT_SIZE
