/** Ways to hide a text from people or from patterns, each by its name. A disguise that cannot hide a text gives it back. */

const LOOK_ALIKE: Readonly<Record<string, string>> = { a: "а", e: "е", o: "о", c: "с", p: "р", x: "х", i: "і" }
const LEET: Readonly<Record<string, string>> = { o: "0", i: "1", e: "3", a: "4", s: "5", t: "7" }

const rotated = (text: string): string =>
  text.replaceAll(/[a-z]/gi, (letter) => {
    const start = letter <= "Z" ? 65 : 97
    return String.fromCharCode(((letter.charCodeAt(0) - start + 13) % 26) + start)
  })

const isLatin = (text: string): boolean => /^[\p{ASCII}]*$/u.test(text)

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
