/** URLs of lists as CSV, and the size of a file. */

/** The suffix of a list's path. */
export const CSV = ".csv"

/** Maximum of rows in a file; `limit` may lower it. */
export const ROWS_OF_A_FILE = 1_000

/** The URL of a list as CSV, with the same filters. */
export const csvAddress = (address: string): string => {
  const [path = "", ...query] = address.split("?")
  return [path + CSV, ...query].join("?")
}
