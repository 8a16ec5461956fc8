/** The addresses of lists as CSV, and what a file holds. */

/** What follows the path of a list. */
export const CSV = ".csv"

/** The most rows of a file, unless `limit` asks for fewer. */
export const ROWS_OF_A_FILE = 1_000

/** The address of a list as CSV, with the same filters. */
export const csvAddress = (address: string): string => {
  const [path = "", ...query] = address.split("?")
  return [path + CSV, ...query].join("?")
}
