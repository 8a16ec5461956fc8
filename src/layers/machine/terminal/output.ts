/** Prints commands' output: lines for people, or JSON for programs. Colours appear only on a terminal that wants them. */
import { styleText } from "node:util"
import { Console, Effect } from "effect"
import { formatAlpha } from "../../../domain/Amount.ts"
import { wantsColours } from "./colours.ts"

const styled = (style: "bold" | "dim" | "red" | "green" | "yellow" | "cyan") => (text: string) =>
  process.stdout.isTTY && wantsColours(process.env) ? styleText(style, text, { validateStream: false }) : text

export const bold = styled("bold")
export const dim = styled("dim")
export const red = styled("red")
export const green = styled("green")
export const yellow = styled("yellow")
export const cyan = styled("cyan")

/** Renames a tagged value's `_tag` to `type`, because `_tag` means nothing to other programs. */
const withType = (value: object): object => {
  if (!("_tag" in value)) return value
  const { _tag: type, ...fields } = value
  return { type, ...fields }
}

/** JSON with bigints as decimal strings, because an amount in rao does not fit a JSON number, and with `type` for the tags of tagged values. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === "bigint") return part.toString()
    return typeof part === "object" && part !== null ? withType(part) : part
  })

/** Sequences and characters that move a terminal's cursor, or hide or reverse text. Keeps the program's own colours. */
const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  /(\u001b\[(?:1|2|22|31|32|33|36|39)m)|\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** A line that is safe to print, whatever strangers wrote in it. */
export const printable = (line: string): string => line.replaceAll(UNPRINTABLE, (_, colour: string | undefined) => colour ?? "")

/** Prints `value` as one line of JSON, or as the lines that `lines` makes of it. */
export const print = <A>(json: boolean, value: A, lines: (value: A) => ReadonlyArray<string>): Effect.Effect<void> =>
  json ? Console.log(toJson(value)) : Effect.forEach(lines(value), (line) => Console.log(printable(line)), { discard: true })

/** Left-aligned columns, two spaces apart. */
export const table = (rows: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> => {
  const widths = rows.reduce<ReadonlyArray<number>>(
    (all, row) => row.map((cell, column) => Math.max(all[column] ?? 0, Bun.stringWidth(cell))),
    []
  )
  return rows.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - Bun.stringWidth(cell)))
      .join("  ")
      .trimEnd()
  )
}

/** `12.5 α`, exact. */
export const alpha = (rao: bigint): string => `${formatAlpha(rao)} α`
