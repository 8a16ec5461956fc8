declare module "char-width-table-consumer" {
  /** Reads a table of widths. */
  export const loadConsumerSync: (path: string) => {
    /** The width of a text in pixels, at the table's own size. */
    readonly widthOf: (text: string) => number
  }
}

declare module "anafanafo/data/helvetica-11px-bold.json" {
  const path: string
  export default path
}
