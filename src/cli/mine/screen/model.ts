/** The state of a miner's screen, and its events and commands. */
import type { AccountAddress } from "../../../domain/Account.ts"
import type { Choice } from "../../../domain/Enrolment.ts"
import type { Size } from "../../../layers/machine/terminal/screen/line.ts"
import type { Key } from "../../../layers/machine/terminal/screen/Screen.ts"
import type { MinerStatus } from "../../../roles/miner/status.ts"
import type { Board, BoardIssue, BoardMatch, RatedMiner } from "./board.ts"
import { type KnownTexts, loginOf, nothingKnown } from "./gitHub.ts"
import type { Remembered } from "./remembered.ts"
import type { Findings } from "./scoreboard.ts"

/** The user at the terminal. Without a key (`why` gives the reason), the screen is read-only. */
export type Viewer =
  | { readonly _tag: "Key"; readonly hotkey: AccountAddress }
  | { readonly _tag: "Address"; readonly hotkey: AccountAddress; readonly why: string }
  | { readonly _tag: "Nobody"; readonly why: string }

/** `takes`: issues that accept enrolments. `mine`: issues that the viewer is involved in. */
export const filters = ["all", "takes", "mine"] as const
export type Filter = (typeof filters)[number]

export type Page = { readonly _tag: "Issues" } | { readonly _tag: "Competition"; readonly id: number } | { readonly _tag: "Help" }

export interface Notice {
  readonly tone: "good" | "bad" | "plain" | "busy"
  readonly text: string
}

/** An action that waits for confirmation. */
export interface Question {
  readonly choice: Choice
  readonly issue: number
}

export interface Model {
  /** The endpoint's URL, as shown. */
  readonly endpoint: string
  readonly netuid: number
  readonly viewer: Viewer
  readonly size: Size
  /** Time by the chain's clock, in milliseconds since 1970; by this machine's clock until there is a board. */
  readonly now: number
  /** Chain's clock minus this machine's, in milliseconds; null until there is a board. */
  readonly ahead: number | null
  /** Offset of the local time zone from UTC in minutes. */
  readonly zone: number
  readonly board: Board | null
  readonly known: KnownTexts
  /** What the last screen showed, as far as nothing newer is known; null: nothing of it is shown any more. */
  readonly remembered: Remembered | null
  /** The hash of the chain's first block; null until the chain has answered. */
  readonly genesis: string | null
  /** Validators' findings about heads, by match. */
  readonly findings: ReadonlyMap<number, Findings>
  /** When the estimate of blocks to come was last re-based; null: not yet. */
  readonly rebasedAt: number | null
  /** A win that happened on screen, and the time until which its banner is shown. */
  readonly celebrated: { readonly match: number; readonly until: number } | null
  /** Scroll offset of the shown match's play-by-play. */
  readonly scroll: number
  /** Why the last read of the board failed; null: it succeeded. */
  readonly trouble: string | null
  readonly status: MinerStatus | null
  readonly statusTrouble: string | null
  readonly page: Page
  /** The page to return to from the help. */
  readonly before: Page
  readonly filter: Filter
  /** The words that listed issues have, as typed after `/`; empty for every issue. */
  readonly search: string
  /** True while the search is being typed. */
  readonly isSearching: boolean
  /** The selected issue. */
  readonly selected: number | null
  /** The first visible row of the list. */
  readonly top: number
  readonly question: Question | null
  readonly notice: Notice | null
  /** True while something is being sent. */
  readonly busy: boolean
}

export type Event =
  | { readonly _tag: "Typed"; readonly key: Key }
  | { readonly _tag: "Resized"; readonly size: Size }
  | { readonly _tag: "Tick"; readonly now: number; readonly zone: number }
  | { readonly _tag: "Connected"; readonly genesis: string }
  /** `now`: time of the read, by this machine's clock. */
  | { readonly _tag: "BoardRead"; readonly board: Board; readonly now: number }
  | { readonly _tag: "BoardFailed"; readonly why: string }
  | { readonly _tag: "GitHubRead"; readonly known: KnownTexts }
  | { readonly _tag: "FindingsRead"; readonly match: number; readonly findings: Findings }
  | { readonly _tag: "StatusRead"; readonly status: MinerStatus }
  | { readonly _tag: "StatusFailed"; readonly why: string }
  | { readonly _tag: "Said"; readonly notice: Notice }
  /** Sending ended, in success or failure. */
  | { readonly _tag: "Done"; readonly notice: Notice }

/** An action for the caller of `update`. */
export type Command =
  | { readonly _tag: "Send"; readonly choice: Choice; readonly issue: number }
  | { readonly _tag: "Open"; readonly address: string }
  | { readonly _tag: "Refresh" }
  /** The match to show, or null. It is read even after its end. */
  | { readonly _tag: "Watch"; readonly competition: number | null }
  | { readonly _tag: "Redraw" }
  | { readonly _tag: "Suspend" }
  | { readonly _tag: "Quit" }

export interface Start {
  readonly endpoint: string
  readonly netuid: number
  readonly viewer: Viewer
  readonly now: number
  readonly zone: number
  readonly remembered: Remembered | null
}

export const initial = ({ endpoint, netuid, viewer, now, zone, remembered }: Start): Model => ({
  endpoint,
  netuid,
  viewer,
  size: { columns: 80, rows: 24 },
  now,
  zone,
  ahead: null,
  board: null,
  known: nothingKnown,
  remembered,
  genesis: null,
  findings: new Map(),
  rebasedAt: null,
  celebrated: null,
  scroll: 0,
  trouble: null,
  status: null,
  statusTrouble: null,
  page: { _tag: "Issues" },
  before: { _tag: "Issues" },
  filter: "all",
  search: "",
  isSearching: false,
  selected: null,
  top: 0,
  question: null,
  notice: null,
  busy: false
})

/** Whether an issue accepts enrolments. */
export const takes = ({ status }: Pick<BoardIssue, "status">): boolean => status === "Open" || status === "Funding"

export const hotkeyOf = (viewer: Viewer): AccountAddress | null => (viewer._tag === "Nobody" ? null : viewer.hotkey)

/** The viewer's enrolment for an issue, according to validators and the chain. */
export const wordOn = ({ status }: Pick<Model, "status">, issue: number) => status?.enrolments.find((one) => one.issue === issue)

/** A miner's display name: its login if known. */
export const nameOf = ({ hotkey, uid }: Pick<RatedMiner, "hotkey" | "uid">, { known }: Pick<Model, "known">): string =>
  loginOf(known, hotkey) ?? `UID ${uid}`

/** Whether the viewer is one of the two competitors. */
export const isIn = (viewer: Viewer, { a, b }: Pick<BoardMatch, "a" | "b">): boolean => {
  const hotkey = hotkeyOf(viewer)
  return hotkey !== null && (a.hotkey === hotkey || b.hotkey === hotkey)
}

export const matchOn = ({ board }: Pick<Model, "board">, { competition }: Pick<BoardIssue, "competition">): BoardMatch | undefined =>
  competition === null ? undefined : board?.matches.get(competition)

const isMine = (model: Model, issue: BoardIssue): boolean => {
  const match = matchOn(model, issue)
  return wordOn(model, issue.id) !== undefined || (match !== undefined && isIn(model.viewer, match))
}

/** The list's order: open, being funded, competing, solved; within each, larger bounties first. */
const ORDER = { Open: 0, Funding: 1, Competing: 2, Solved: 3, Paid: 4, Cancelled: 5 } as const

/** Whether an issue has all words of the search: in its repository, number, title or id, or among the names of its miners. */
const isFound = (model: Model, issue: BoardIssue): boolean => {
  if (model.search === "") return true
  const { id, repository, number, enrolled } = issue
  const match = matchOn(model, issue)
  const miners = [...enrolled, ...(match === undefined ? [] : [match.a, match.b])].map((one) => nameOf(one, model))
  const text = [`${repository}#${number}`, model.known.titles.get(id) ?? "", `${id}`, ...miners].join("\n").toLowerCase()
  return model.search
    .toLowerCase()
    .split(" ")
    .every((word) => text.includes(word))
}

export const listedIssues = (model: Model): ReadonlyArray<BoardIssue> =>
  (model.board?.issues ?? [])
    .filter((issue) => model.filter === "all" || (model.filter === "takes" ? takes(issue) : isMine(model, issue)))
    .filter((issue) => isFound(model, issue))
    .toSorted((a, b) => ORDER[a.status] - ORDER[b.status] || (a.bounty === b.bounty ? a.id - b.id : a.bounty < b.bounty ? 1 : -1))

/** The selected issue; the first one if none is selected. */
export const selectedIn = (model: Model, issues: ReadonlyArray<BoardIssue>): BoardIssue | undefined =>
  issues.find(({ id }) => id === model.selected) ?? issues[0]

/** The shown competitions, in order of id. */
export const matchesIn = ({ board }: Model): ReadonlyArray<BoardMatch> =>
  [...(board?.matches.values() ?? [])].toSorted((a, b) => a.id - b.id)

/** The screen's row at which the list begins. */
const LIST_TOP = 4
/** Minimum height of a screen with details of the selected issue below the list. */
const DETAIL_FROM = 18
export const DETAIL_ROWS = 7

export const detailRows = ({ rows }: Size): number => (rows >= DETAIL_FROM ? DETAIL_ROWS : 0)

/** Rows for the list, without those of header, details, notice and keys. */
export const listRows = (size: Size): number => Math.max(1, size.rows - LIST_TOP - detailRows(size) - 2)
