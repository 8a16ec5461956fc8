/** What commands print: a line for a person, or JSON for a program. Colours only on a terminal that wants them. */
import { Console, Effect } from "effect"
import { formatAlpha } from "../domain/Amount.ts"
import { wantsColours } from "./colours.ts"

const paint = (code: number) => (text: string) =>
  process.stdout.isTTY && wantsColours(process.env) ? `\u001b[${code}m${text}\u001b[0m` : text

export const bold = paint(1)
export const dim = paint(2)
export const red = paint(31)
export const green = paint(32)
export const yellow = paint(33)
export const cyan = paint(36)

/** JSON with amounts as decimal strings: a bigint of rao does not fit a JSON number. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? part.toString() : part))

/** Prints `value` as one line of JSON, or what `lines` makes of it. */
export const print = <A>(json: boolean, value: A, lines: (value: A) => ReadonlyArray<string>): Effect.Effect<void> =>
  json ? Console.log(toJson(value)) : Effect.forEach(lines(value), (line) => Console.log(line), { discard: true })

/** Left-aligned columns, two spaces apart. */
export const table = (rows: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> => {
  const widths = rows.reduce<ReadonlyArray<number>>((all, row) => row.map((cell, column) => Math.max(all[column] ?? 0, cell.length)), [])
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd()
  )
}

/** `12.5 α`, exact. */
export const alpha = (rao: bigint): string => `${formatAlpha(rao)} α`
