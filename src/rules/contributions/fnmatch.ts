/**
 * Patterns of branch and label names, as Python's fnmatch reads them on POSIX: `*` is any text, `?` one character, `[a-z]` one of a set, `[!a-z]` one
 * outside it. Matching is case-sensitive, nothing escapes, and line breaks are ordinary characters.
 */

type Range = readonly [from: string, to: string]

/** A pattern for one character; "any text" stands for `*`. */
type Token = "any text" | "any character" | { readonly ranges: ReadonlyArray<Range>; readonly negated: boolean }

const characters = (text: string): ReadonlyArray<string> => Array.from(text)

const codePoint = (character: string): number => character.codePointAt(0) ?? 0

const isEmpty = ([from, to]: Range): boolean => codePoint(from) > codePoint(to)

/** The set between brackets. A backward range is empty; a `!` after a leading empty range negates the set. */
const setOf = (inside: ReadonlyArray<string>): Token => {
  const negated = inside[0] === "!"
  const members = negated ? inside.slice(1) : inside
  const ranges: Array<Range> = []
  for (let at = 0; at < members.length; at++) {
    const from = members[at] ?? ""
    const to = members[at + 2]
    if (members[at + 1] === "-" && to !== undefined) {
      ranges.push([from, to])
      at += 2
    } else {
      ranges.push([from, from])
    }
  }
  const full = ranges.filter((range) => !isEmpty(range))
  const [first, ...others] = full
  if (negated || first?.[0] !== "!") return { ranges: full, negated }
  return first[1] === "!" ? { ranges: others, negated: true } : { ranges: [["-", "-"], [first[1], first[1]], ...others], negated: true }
}

const tokensOf = (pattern: string): ReadonlyArray<Token> => {
  const letters = characters(pattern)
  const tokens: Array<Token> = []
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] ?? ""
    if (letter === "*") {
      if (tokens.at(-1) !== "any text") tokens.push("any text")
    } else if (letter === "?") {
      tokens.push("any character")
    } else {
      // A closing bracket right after the opening one, or after its `!`, is a member. Without a closing bracket, `[` is an ordinary character.
      const end = letter === "[" ? letters.indexOf("]", at + (letters[at + 1] === "!" ? 3 : 2)) : -1
      if (end < 0) {
        tokens.push({ ranges: [[letter, letter]], negated: false })
      } else {
        tokens.push(setOf(letters.slice(at + 1, end)))
        at = end
      }
    }
  }
  return tokens
}

const matchesToken = (token: Token, character: string): boolean => {
  if (token === "any text" || token === "any character") return true
  const code = codePoint(character)
  return token.ranges.some(([from, to]) => codePoint(from) <= code && code <= codePoint(to)) !== token.negated
}

/** A compiled pattern. Matching takes time proportional to at most the product of both lengths. */
const matcher = (pattern: string): ((name: string) => boolean) => {
  const tokens = tokensOf(pattern)
  return (name) => {
    const letters = characters(name)
    let token = 0
    let letter = 0
    let lastStar = -1
    let taken = 0
    while (letter < letters.length) {
      const here = tokens[token]
      if (here === "any text") {
        lastStar = token++
        taken = letter
      } else if (here !== undefined && matchesToken(here, letters[letter] ?? "")) {
        token++
        letter++
      } else if (lastStar >= 0) {
        token = lastStar + 1
        letter = ++taken
      } else {
        return false
      }
    }
    while (tokens[token] === "any text") token++
    return token === tokens.length
  }
}

/** Whether the pattern matches the whole name. */
export const fnmatch = (name: string, pattern: string): boolean => matcher(pattern)(name)
