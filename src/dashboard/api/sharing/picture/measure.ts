/** How wide a text is, roughly. */
import table from "anafanafo/data/helvetica-11px-bold.json" with { type: "file" }
import { loadConsumerSync } from "char-width-table-consumer"

/** The package knows the widths of this typeface. Ours is a little wider in bold. */
const [FONT_SIZE, WIDER] = [11, 1.06]

/** Read as a file, because a table of its size would take twenty times its compressed size as script and bytecode. */
const widths = loadConsumerSync(table)

/** The width of a text in pixels, rather more than it takes. */
export const measure = (text: string, size: number): number => (widths.widthOf(text) * size * WIDER) / FONT_SIZE
