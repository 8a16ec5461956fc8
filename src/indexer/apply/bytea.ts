/** Bytes in 0x-hex as Postgres reads them from text. */
export const bytea = (hex: string): string => hex.replace(/^0x/, "\\x")
