/** Readings of a text without its disguises: hidden characters, look-alike letters, encodings, digits for letters. */

/** Invisible characters: zero-width, soft hyphen, variation selectors, bidirectional controls, and the block of tags. */
const INVISIBLE =
  /\u034f|[\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]|[\ufe00-\ufe0f]|[\u{e0000}-\u{e007f}]|[\u{e0100}-\u{e01ef}]/gu

/** Bidirectional controls that reorder the display ("Trojan Source"), as code points. */
const REORDERING = /[\u202a-\u202e\u2066-\u2069]/u
/** Several invisible characters in a row, or tags: no script or emoji needs them. */
const HIDDEN_RUN = /[\u200b\u2060-\u2064\ufeff]{3,}|[\u{e0020}-\u{e007e}]{4,}/u

/** Emoji flags of regions such as Scotland are spelled with tags after this character. */
const FLAG = /\u{1f3f4}[\u{e0020}-\u{e007f}]+/gu

/** Whether people see something else of a text than programs read. */
export const hidesText = (text: string): "reordering" | "invisible" | undefined =>
  REORDERING.test(text) ? "reordering" : HIDDEN_RUN.test(text.replaceAll(FLAG, "")) ? "invisible" : undefined

/** Letters of other scripts that look like Latin ones, each before its Latin letter. */
const LOOK_ALIKES = new Map(
  (
    "аa еe оo рp сc уy хx іi јj ѕs ԁd һh ӏl гr кk мm тt вb пn ωw οo αa εe ιi κk νv ρp τt υu χx γy ηn АA ВB ЕE КK МM НH ОO РP СC ТT ХX ІI ЈJ ЅS " +
    "ΑA ΒB ΕE ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ΖZ"
  )
    .split(" ")
    .map((pair): readonly [string, string] => [pair[0] ?? "", pair[1] ?? ""])
)

const MIXED_WORD = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{N}]+/gu
const LATIN_LETTER = /\p{Script=Latin}/u
const LOOK_ALIKE_LETTER = /[\p{Script=Cyrillic}\p{Script=Greek}]/u

/** Only in words with mixed scripts, so that Russian stays Russian. */
const withoutLookAlikes = (text: string): string =>
  text.replaceAll(MIXED_WORD, (word) =>
    LATIN_LETTER.test(word) && LOOK_ALIKE_LETTER.test(word) ? [...word].map((letter) => LOOK_ALIKES.get(letter) ?? letter).join("") : word
  )

/** Decodes Latin text that is hidden in tag characters, each of which stands for an ASCII character. */
const withoutTags = (text: string): string =>
  text.replaceAll(/[\u{e0020}-\u{e007e}]/gu, (tag) => String.fromCharCode((tag.codePointAt(0) ?? 0) - 0xe0000))

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " }
const codePoint = (digits: string, base: number): string => {
  const code = Number.parseInt(digits, base)
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : " "
}

const withoutEscapes = (text: string): string =>
  text
    .replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));/gi, (_, decimal?: string, hex?: string, name?: string) =>
      decimal !== undefined ? codePoint(decimal, 10) : hex !== undefined ? codePoint(hex, 16) : (ENTITIES[name?.toLowerCase() ?? ""] ?? " ")
    )
    .replaceAll(/\\u\{?([\da-f]{4,6})\}?|\\x([\da-f]{2})/gi, (_, long?: string, short?: string) => codePoint(long ?? short ?? "", 16))
    .replaceAll(/\\[nrt]/g, " ")

const decoder = new TextDecoder("utf-8", { fatal: true })
const utf8Text = (bytes: Uint8Array): string | undefined => {
  try {
    const text = decoder.decode(bytes)
    const printing = text.match(/[\p{L}\p{N}\p{P}\p{Zs}\n]/gu)?.length ?? 0
    return printing * 20 >= [...text].length * 19 && /\p{L}{2}/u.test(text) ? text : undefined
  } catch {
    return undefined
  }
}

/** Encoded texts within a text, decoded. */
const decodedTexts = (text: string): ReadonlyArray<string> => {
  const base64 = [...text.matchAll(/[A-Za-z0-9+/_-]{24,}={0,2}/g)].map(([run]) => Buffer.from(run, "base64"))
  const hex = [...text.matchAll(/(?:[\da-f]{2}[\s:]?){16,}/gi)].map(([run]) => Buffer.from(run.replaceAll(/[\s:]/g, ""), "hex"))
  const percent = [...text.matchAll(/(?:[\w.~+!'()*-]|%[\da-f]{2}){12,}/gi)].map(([run]) =>
    Buffer.from(
      run.replaceAll("+", " ").replaceAll(/%([\da-f]{2})/gi, (_, byte: string) => String.fromCharCode(Number.parseInt(byte, 16))),
      "latin1"
    )
  )
  return [...base64, ...hex, ...percent].flatMap((bytes) => utf8Text(bytes) ?? [])
}

const rotated = (text: string): string =>
  text.replaceAll(/[a-z]/gi, (letter) => {
    const start = letter <= "Z" ? 65 : 97
    return String.fromCharCode(((letter.charCodeAt(0) - start + 13) % 26) + start)
  })

const LEET: Readonly<Record<string, string>> = { "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", $: "s" }
/** Only in words with letters. */
const withoutLeet = (text: string): string =>
  text.replaceAll(/[a-z013457@$]{2,}/gi, (word) =>
    /[a-z]/i.test(word) ? word.replaceAll(/[013457@$]/g, (sign) => LEET[sign] ?? sign) : word
  )

/** "i g n o r e  t h i s" → "ignore this". */
const withoutGaps = (text: string): string =>
  text.replaceAll(/(?<![\p{L}\p{N}])(?:\p{L}[ .·_-]){3,}\p{L}(?![\p{L}\p{N}])/gu, (run) => run.replaceAll(/[ .·_-]/g, ""))

const wordsOfNames = (text: string): string => text.replaceAll(/(\p{Ll}|\p{N})(?=\p{Lu})/gu, "$1 ").replaceAll(/[_/.-]+/g, " ")

/** Comment signs at the beginning of a line. */
const COMMENT_SIGNS = /^[ \t]*(?:\/\/+|#+|\*+\/?|\/\*+|--+|;+|<!--|>+|"""|''')[ \t]*/gm

const flatText = (text: string): string => text.replaceAll(COMMENT_SIGNS, " ").replaceAll(/\s+/g, " ").toLowerCase()

const plainText = (text: string): string => withoutLookAlikes(withoutEscapes(withoutTags(text).replaceAll(INVISIBLE, "")).normalize("NFKC"))

/** Levels of nested encodings that are decoded. */
const DEPTH = 2

/** Every English text that findInjection.ts finds contains one of these. */
export const ENGLISH_STEMS: ReadonlyArray<string> =
  "ignor disregard forget discard overr bypass abandon obey follow aside reveal instruct rules prompt rubric criteria replace judge grader evaluator reviewer llm gpt claude gemini copilot intelligence language neural assistant model score rating marks winner perfect flawless best superior task prefer favour favor choose system assess automat defect opponent verdict vote approve".split(
    " "
  )
const reversed = (text: string): string => [...text].toReversed().join("")
const ROTATED_STEM = new RegExp(ENGLISH_STEMS.map(rotated).join("|"), "i")
const REVERSED_STEM = new RegExp(ENGLISH_STEMS.map(reversed).join("|"), "i")
const LEETED = /[a-z][013457@$]+[a-z]|[a-z][013457@$][013457@$]/i
const GAPPED_WORD = /\p{L}[ .·_-]\p{L}[ .·_-]\p{L}[ .·_-]\p{L}/u

/**
 * The readings of a text: without hidden characters, with identifiers split into words, reversed, and with decoded parts. All in lower case, without line
 * breaks and comment signs.
 */
export const readingsOf = (text: string, depth = DEPTH): ReadonlyArray<string> => {
  const base = plainText(text)
  const inside = depth === 0 ? [] : decodedTexts(base).flatMap((one) => readingsOf(one, depth - 1))
  const readings = [base, wordsOfNames(base)]
  if (LEETED.test(base)) readings.push(withoutLeet(base))
  if (GAPPED_WORD.test(base)) readings.push(withoutGaps(base.replaceAll(/ {2,}| ?\/ ?/g, "\u0001")).replaceAll("\u0001", " "))
  if (ROTATED_STEM.test(base)) readings.push(rotated(base))
  if (REORDERING.test(text) || REVERSED_STEM.test(base)) readings.push(reversed(base))
  return [...new Set([...readings.map(flatText), ...inside])]
}
