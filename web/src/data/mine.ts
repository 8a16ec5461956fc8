/** What the reader marked as theirs: a hotkey, and what they watch. The browser keeps it; nobody else learns of it. */
import { keep, kept, useKept } from "./kept.ts"

const ME = "me"
const WATCHED = "watched"
/** Kept as "on" by readers who want notifications, and as "push" by those whose browser gets them with the page closed too. */
export const NOTIFY = "notify"
const MOST = 200

/** An account's address on the chain. */
export const isHotkey = (text: string): boolean => /^5[1-9A-HJ-NP-Za-km-z]{47}$/.test(text)

/** The reader's own hotkey, if they told it. */
export const useMe = (): string | undefined => {
  const me = useKept(ME)
  return me !== undefined && isHotkey(me) ? me : undefined
}

export const setMe = (hotkey: string | undefined): void => keep(ME, hotkey)

const KINDS = ["competition", "issue", "miner"] as const

export interface Watch {
  readonly kind: (typeof KINDS)[number]
  /** A number, or a miner's hotkey. */
  readonly id: string
  /** As it was called when it was marked. */
  readonly name: string
}

/** How a link writes the kinds, and the reader's own hotkey. */
const KIND_LETTERS = { competition: "c", issue: "i", miner: "m" } as const
const ME_LETTER = "y"

/** What a link carries. */
export interface Mine {
  readonly me: string | undefined
  readonly list: ReadonlyArray<Watch>
}

/** The reader's hotkey and list for a link: "c7.i12.y5F…". Names stay out of it: whoever makes a link could write anything there. */
export const linkText = ({ me, list }: Mine): string =>
  [...list.map(({ kind, id }) => `${KIND_LETTERS[kind]}${id}`), ...(me === undefined ? [] : [`${ME_LETTER}${me}`])].join(".")

/** What a link carries; what is no part of a list is left out. */
export const readLink = (text: string): Mine => {
  const parts = text.split(".").slice(0, MOST + 1)
  const list = parts.flatMap((part): ReadonlyArray<Watch> => {
    const [letter, id] = [part.slice(0, 1), part.slice(1)]
    const kind = KINDS.find((one) => KIND_LETTERS[one] === letter)
    if (kind === undefined) return []
    if (kind === "miner") return isHotkey(id) ? [{ kind, id, name: `${id.slice(0, 6)}…${id.slice(-6)}` }] : []
    return /^[1-9]\d{0,9}$/.test(id) ? [{ kind, id, name: `${kind === "issue" ? "Issue" : "Match"} ${id}` }] : []
  })
  const me = parts.find((part) => part.startsWith(ME_LETTER))?.slice(1)
  return { me: me !== undefined && isHotkey(me) ? me : undefined, list }
}

/** Adds what a link carried. The reader's own hotkey stays if there is one. */
export const bring = ({ me, list }: Mine): void => {
  const own = watched()
  keep(WATCHED, JSON.stringify([...own, ...list.filter((watch) => !isWatched(own, watch))].slice(0, MOST)))
  if (me !== undefined && kept(ME) === undefined) setMe(me)
}

const isWatch = (one: unknown): one is Watch =>
  typeof one === "object" &&
  one !== null &&
  "kind" in one &&
  KINDS.some((kind) => kind === one.kind) &&
  "id" in one &&
  typeof one.id === "string" &&
  "name" in one &&
  typeof one.name === "string"

const parsed = (text: string | undefined): ReadonlyArray<Watch> => {
  try {
    const list: unknown = JSON.parse(text ?? "[]")
    return Array.isArray(list) ? list.filter(isWatch) : []
  } catch {
    // Somebody else wrote there.
    return []
  }
}

/** Everything watched, newest first. */
export const watched = (): ReadonlyArray<Watch> => parsed(kept(WATCHED))

export const useWatched = (): ReadonlyArray<Watch> => parsed(useKept(WATCHED))

const isSame = (one: Watch, other: Watch) => one.kind === other.kind && one.id === other.id

export const isWatched = (list: ReadonlyArray<Watch>, watch: Watch): boolean => list.some((one) => isSame(one, watch))

/** Watches it, or no longer. The oldest are forgotten when there are too many. */
export const toggleWatch = (watch: Watch): void => {
  const list = watched()
  const rest = list.filter((one) => !isSame(one, watch))
  keep(WATCHED, JSON.stringify(rest.length < list.length ? rest : [watch, ...rest].slice(0, MOST)))
}
