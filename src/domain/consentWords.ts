/**
 * Reads what the project's people write about bounties on an issue. A yes is one of the documented forms, exactly; whatever else stands where a yes could
 * stand is a no (docs/maintainers.md). Who wrote it, and whether it counts, is decided elsewhere.
 */
import { onOneLine } from "./onOneLine.ts"

/** The label by which maintainers ask for a bounty; `bounty` and `/bounty` belong to other programmes. */
const ASKING_LABEL = "gittensor"
/** The line by which maintainers ask in a comment. */
export const ASKING_COMMAND = "/gittensor bounty"

export type Says = "yes" | "no" | undefined

const COMMAND = /^\/gittensor bounty(?: (\d{1,11}(?:\.\d{1,9})?))?$/
/** The longest such line: the longest amount. */
const LONGEST_LINE = 60
const FENCE = /^ {0,3}(`{3,}|~{3,})/

/** A text as it looks: without accents and marks that nobody sees, in lower case, and with one form of each letter. */
const asSeen = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/[\p{M}\p{Default_Ignorable_Code_Point}]/gu, "")
    .toLowerCase()

const seenWords = (text: string): ReadonlyArray<string> => asSeen(text).split(" ")

/** As whole words, or written together with "bounty"; in the languages of many maintainers, because labels are written for contributors. */
const NEGATIONS = seenWords(
  "no not non none never nope nay without stop anti against blocked blacklisted banned false off 0 dont wont cant cannot isnt refuse refused reject rejected " +
    "deny denied decline declined disable disabled disallow disallowed exclude excluded prohibited ineligible unwanted unwelcome forbidden less " +
    "nein nicht kein keine keinen ohne pas sans aucun aucune jamais ningun ninguna nunca sin nao sem nenhum nenhuma nessun nessuna senza " +
    "niet geen zonder inte ingen inga ikke ei nie bez zadnych не нет ні немає без нельзя yok hayır olmaz không όχι χωρίς לא ללא אין لا بدون नहीं"
)
/** Anywhere: signs, and words of languages that put no spaces between words. */
const SIGNS = seenWords(
  "🚫 ⛔ ❌ ❎ ✖ ✗ ✘ 🛑 🙅 👎 🚷 🆖 :no_entry: :no_entry_sign: :x: :negative_squared_cross_mark: :stop_sign: :octagonal_sign: :no_good: :-1: :thumbsdown: " +
    "不 无 無 没有 沒有 禁 勿 拒 なし ない ません 없 않 금지 ไม่"
)

/** The subnet's name, also in two words. */
const NAME = /gittensor|\bgit[\s_-]tensor/
const COMMANDED = /^\/git[\s_-]?tensor/
/** As programmers deny a thing, and as people turn one down. */
const DENIED = /(?:^|\s)[!¬](?:bount|git)|\bopt[\s_-]?out/

/** Whether a name, such as a key of a file, is about bounties. */
export const isAboutBounties = (name: string): boolean => {
  const seen = asSeen(name)
  return seen.includes("bount") || NAME.test(seen)
}

/** Whether a label about bounties has a sign or a word of negation, with or without a space. */
const denies = (seen: string): boolean => {
  if (DENIED.test(seen) || SIGNS.some((sign) => seen.includes(sign))) return true
  // An amount is one word: "0.5" denies nothing.
  const words = seen
    .replace(/['’]/g, "")
    .replace(/(\d)[.,](?=\d)/g, "$1")
    .split(/[^\p{L}\p{N}]+/u)
  return words.some((word) => {
    const place = word.indexOf("bount")
    if (place < 0) return NEGATIONS.includes(word)
    const behind = word.slice(place).replace(/^bount(?:y|ies)/, "")
    return NEGATIONS.some((negation) => word.slice(0, place).endsWith(negation) || behind === negation)
  })
}

/** What a label says. `asking`: the labels that ask, which `.gittensor.yml` may choose; one that denies bounties asks for none. */
export const labelSays = (label: string, asking: ReadonlyArray<string> = [ASKING_LABEL]): Says => {
  if (isAboutBounties(label) && denies(asSeen(label))) return "no"
  if (asking.includes(label)) return "yes"
  return NAME.test(asSeen(label)) && label !== ASKING_LABEL ? "no" : undefined
}

/** What a comment says by its `line`; for a yes with the amount in alpha that it names, null if it names none. */
export interface CommentSays {
  readonly says: "yes" | "no"
  readonly amount: string | null
  readonly line: string
}

/** Whether a line after these is in a block of code (https://spec.commonmark.org/0.31.2/#fenced-code-blocks), or in one of HTML that shows text as it is. */
const isInCode = (before: ReadonlyArray<string>): boolean => {
  let fence = ""
  for (const line of before) {
    const marks = FENCE.exec(line)?.[1] ?? ""
    if (fence === "") fence = marks.startsWith("`") && line.slice(line.indexOf(marks) + marks.length).includes("`") ? "" : marks
    else if (marks.startsWith(fence) && line.trim() === marks) fence = ""
  }
  return fence !== ""
}

/** The pairs between which GitHub shows nothing, or text as it is. */
const HIDING = [
  ["<!--", "-->"],
  ["<pre", "</pre"]
] as const

/**
 * What a comment says. A yes is one line `/gittensor bounty`, a paragraph of its own outside quotes, code and comments of HTML. Any other line that
 * begins with `/gittensor` is a no. Undefined: there is no such line.
 */
export const commentSays = (body: string): CommentSays | undefined => {
  const lines = body.split(/\r?\n/)
  const begins = lines.flatMap((line, index) => (COMMANDED.test(asSeen(line.slice(0, 2 * LONGEST_LINE)).trimStart()) ? [index] : []))
  const [at] = begins
  if (at === undefined) return undefined
  const line = (lines[at] ?? "").trimEnd()
  const match = line.length <= LONGEST_LINE ? COMMAND.exec(line) : null
  const isAlone = [lines[at - 1], lines[at + 1]].every((beside = "") => beside.trim() === "")
  const before = lines.slice(0, at)
  const above = before.join("\n").toLowerCase()
  const isHidden = HIDING.some(([start, end]) => above.lastIndexOf(start) > above.lastIndexOf(end))
  return match !== null && begins.length === 1 && isAlone && !isInCode(before) && !isHidden
    ? { says: "yes", amount: match[1] ?? null, line }
    : { says: "no", amount: null, line: onOneLine((lines[begins.at(-1) ?? at] ?? "").slice(0, LONGEST_LINE)) }
}
