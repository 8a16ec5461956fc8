/** What the reader marked as theirs: a hotkey, and what they watch. The browser keeps it; nobody else learns of it. */
import { keep, kept, useKept } from "./kept.ts"

const ME = "me"
const WATCHED = "watched"
/** Kept as "on" by readers who want notifications. */
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
