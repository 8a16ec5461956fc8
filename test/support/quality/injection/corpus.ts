/**
 * Texts that address a judge, and harmless texts that resemble them. Each half of a corpus has every second text: the phrases of
 * src/rules/quality/injection were tuned on the `adjusted` half, and `heldOut` measures them. The same author wrote both halves before the phrases.
 */
import { readFileSync } from "node:fs"
import { findInjection } from "../../../../src/rules/quality/injection/findInjection.ts"

interface CorpusText {
  readonly language: string
  /** The text's location (a comment, a string, a name, a description, markup) or its disguise. */
  readonly style: string
  readonly text: string
}

interface Halves {
  readonly adjusted: ReadonlyArray<CorpusText>
  readonly heldOut: ReadonlyArray<CorpusText>
}

const LOOK_ALIKE: Readonly<Record<string, string>> = { a: "а", e: "е", o: "о", c: "с", p: "р", x: "х", i: "і" }
const LEET: Readonly<Record<string, string>> = { o: "0", i: "1", e: "3", a: "4", s: "5", t: "7" }

const rotated = (text: string): string =>
  text.replaceAll(/[a-z]/gi, (letter) => {
    const start = letter <= "Z" ? 65 : 97
    return String.fromCharCode(((letter.charCodeAt(0) - start + 13) % 26) + start)
  })

const isLatin = (text: string): boolean => /^[\p{ASCII}]*$/u.test(text)

/** Ways to hide a text from people or from patterns, by name. A disguise that cannot hide a text returns it unchanged. */
export const disguises: Readonly<Record<string, (text: string) => string>> = {
  base64: (text) => `const data = atob("${Buffer.from(text).toString("base64")}")`,
  hex: (text) => `b'${Buffer.from(text).toString("hex")}'`,
  percent: (text) => `https://example.org/?q=${encodeURIComponent(text)}`,
  "zero-width": (text) => [...text].join("\u200b"),
  bidi: (text) => `\u202e${[...text].toReversed().join("")}\u202c`,
  "HTML comment": (text) => `# Title\n\n<!--\n${text}\n-->\n\nSome words about the change.`,
  entities: (text) => [...text].map((letter) => `&#${letter.codePointAt(0)};`).join(""),
  escapes: (text) => text.replaceAll(/[\p{L}]/gu, (letter) => `\\u{${letter.codePointAt(0)?.toString(16).padStart(4, "0")}}`),
  "look-alike letters": (text) => text.replaceAll(/[aeocpxi]/g, (letter) => LOOK_ALIKE[letter] ?? letter),
  "wide letters": (text) => text.replaceAll(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0)),
  tags: (text) =>
    isLatin(text) ? `ok${[...text].map((sign) => String.fromCodePoint((sign.codePointAt(0) ?? 0) + 0xe0000)).join("")}` : text,
  rot13: (text) => (isLatin(text) ? rotated(text) : text),
  leet: (text) => (isLatin(text) ? text.replaceAll(/[oieast]/g, (letter) => LEET[letter] ?? letter) : text),
  "split into lines": (text) => text.replaceAll(/(\S+ \S+ \S+) /g, "$1\n// ")
}

const written = (name: string): ReadonlyArray<CorpusText> =>
  readFileSync(new URL(name, import.meta.url), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => {
      const [language = "", style = "", text = ""] = line.split("\t")
      return { language, style, text: text.replaceAll("\\n", "\n") }
    })

/** Every eighth text of a half, in every disguise. */
const disguised = (texts: ReadonlyArray<CorpusText>): ReadonlyArray<CorpusText> =>
  texts
    .filter((_, index) => index % 8 === 0)
    .flatMap(({ language, text }) =>
      Object.entries(disguises).flatMap(([style, disguise]) => {
        const changed = disguise(text)
        return changed === text ? [] : [{ language, style, text: changed }]
      })
    )

const halvesOf = (texts: ReadonlyArray<CorpusText>): Halves => {
  const half = (rest: number) => texts.filter((_, index) => index % 2 === rest)
  const whole = (one: ReadonlyArray<CorpusText>) => [...one, ...disguised(one)]
  return { adjusted: whole(half(0)), heldOut: whole(half(1)) }
}

const hostile = halvesOf(written("hostile.tsv"))
const harmless = halvesOf(written("harmless.tsv"))

const found = (texts: ReadonlyArray<CorpusText>) => ({
  texts: texts.length,
  found: texts.filter(({ text }) => findInjection(text) !== undefined).length
})

const ofHalves = ({ adjusted, heldOut }: Halves) => ({
  languages: new Set([...adjusted, ...heldOut].map(({ language }) => language)).size,
  adjusted: found(adjusted),
  heldOut: found(heldOut)
})

/** How many texts of each half of the corpora are detected. */
export const rates = () => ({ hostile: ofHalves(hostile), harmless: ofHalves(harmless) })
