/** What a copyist does to a text, each by its name. Every choice comes from a seed, so that a run can be repeated. */

/** A generator of numbers from 0 to 1. */
export const randomOf = (seed: number) => {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

type Random = () => number

const WORDS = new Set(
  (
    "abstract and any as assert async await bool boolean break byte case catch chan char class const continue crate def default defer del delete do double elif else enum except export extends " +
    "extern false final finally float fn for from func function global go goto if impl implements import in instanceof int interface is lambda let long loop match mod module move mut namespace " +
    "never new nil None nonlocal not null number object of or override package pass private protected pub public raise range readonly ref return Self self short static str string struct super " +
    "switch this throw throws trait True true try type typeof undefined unknown unsafe use usize u8 u16 u32 u64 i8 i16 i32 i64 f32 f64 isize var void volatile where while with yield False bigint symbol"
  ).split(" ")
)

const PARTS = /(["'`])(?:\\.|(?!\1)[^\\\n])*\1|\/\*[\s\S]*?\*\/|\/\/[^\n]*|[A-Za-z_$][\w$]*/g

const renamed = (text: string): string => {
  const names = new Map<string, string>()
  return text.replace(PARTS, (part) => {
    if (!/^[A-Za-z_$]/.test(part) || WORDS.has(part)) return part
    const known = names.get(part) ?? `${/^[A-Z]/.test(part) ? "V" : "v"}${names.size}`
    names.set(part, known)
    return known
  })
}

const shuffledBy = <A>(all: ReadonlyArray<A>, random: Random): ReadonlyArray<A> =>
  all
    .map((one) => [random(), one] as const)
    .toSorted(([one], [other]) => one - other)
    .map(([, one]) => one)

/** Its pieces, each from a line that begins at the margin after a blank line, in another order. */
const shuffled = (text: string, random: Random): string => shuffledBy(text.split(/\n\n(?=\S)/), random).join("\n\n")

const JUNK: Readonly<Record<string, (number: number) => string>> = {
  python: (number) => `if ${number} > 100: print("x${number}")`,
  go: (number) => `if ${number} > 100 { println("x${number}") }`,
  rust: (number) => `if ${number} > 100 { log("x${number}"); }`,
  java: (number) => `if (${number} > 100) log("x${number}");`
}
const SCRIPT_JUNK = (number: number) => `if (${number} > 100) log("x${number}")`

/** A statement that does nothing before every tenth line that is a statement. */
const junk = (text: string, grammar: string, random: Random): string =>
  text
    .split("\n")
    .flatMap((line) => {
      const indentation = /^(\s+)(?:const|let|return|if|for|var|self\.|raise|int|final|\w+ :?=)/.exec(line)?.[1]
      return indentation !== undefined && random() < 0.1
        ? [`${indentation}${(JUNK[grammar] ?? SCRIPT_JUNK)(Math.floor(random() * 99))}`, line]
        : [line]
    })
    .join("\n")

export const mutations: Readonly<Record<string, (text: string, grammar: string, random: Random) => string>> = {
  "the same text": (text) => text,
  "comments and spaces": (text, grammar) => (grammar === "python" ? text.replaceAll(/[ \t]+$/gm, "") : text.replaceAll(/^[ \t]+/gm, " ")),
  "all names changed": (text) => renamed(text),
  "strings and numbers changed": (text) => text.replaceAll(/\b\d+\b/g, "42").replaceAll(/"[^"\n\\]*"/g, '"zz"'),
  "pieces in another order": (text, _, random) => shuffled(text, random),
  "junk in every tenth statement": (text, grammar, random) => junk(text, grammar, random),
  "names, order and junk": (text, grammar, random) => junk(shuffled(renamed(text), random), grammar, random),
  "half of it kept": (text) => {
    const lines = text.split("\n")
    return lines.slice(0, Math.floor(lines.length / 2)).join("\n")
  }
}
