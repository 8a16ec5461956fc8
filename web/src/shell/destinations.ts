/** The entries of the navigation, in order. */
import type { PageName } from "../../../src/dashboard/api/definition/pages.ts"

/** A view that is about no single thing. */
type ListPage = Exclude<PageName, "issue" | "competition" | "miner" | "validator" | "epoch" | "repository">

/** A view, and how its links call it. */
export interface Place {
  readonly page: ListPage
  readonly label: string
  /** Leads there after "g". */
  readonly key: string
  /** Views about a single thing for which this one is marked. */
  readonly below?: ReadonlyArray<PageName>
}

export interface Destination extends Omit<Place, "page"> {
  /** The views that it leads to: the first, and from there the others. */
  readonly places: readonly [Place, ...ReadonlyArray<Place>]
  /** A 20 × 20 SVG path, drawn as a line. */
  readonly icon: string
}

const alone = (place: Place, icon: string): Destination => ({ ...place, places: [place], icon })

export const destinations: ReadonlyArray<Destination> = [
  alone({ page: "home", label: "Home", key: "o" }, "M3 9l7-6l7 6v8h-5v-5H8v5H3z"),
  alone({ page: "competitions", label: "Matches", key: "c", below: ["competition"] }, "M3 5l5 5l-5 5M17 5l-5 5l5 5"),
  alone({ page: "issues", label: "Issues", key: "i", below: ["issue", "repository"] }, "M10 3a7 7 0 1 0 0 14a7 7 0 1 0 0-14M10 9.5v1"),
  {
    label: "Leaderboard",
    key: "l",
    icon: "M4 17v-5h3.5v5M8.2 17V7h3.6v10M12.5 17V10H16v7",
    places: [
      { page: "leaderboard", label: "Ranking", key: "l" },
      { page: "miners", label: "Miners", key: "m", below: ["miner"] },
      { page: "headToHead", label: "Head to head", key: "h" }
    ]
  },
  {
    label: "Network",
    key: "v",
    icon: "M10 3l6 2.5v4c0 4-2.5 6-6 7.5c-3.500-1.500-6-3.500-6-7.500v-4zM7.5 9.500l2 2l3.500-3.500",
    places: [
      { page: "validators", label: "Validators", key: "v", below: ["validator", "epoch"] },
      { page: "treasury", label: "Treasury", key: "t" },
      { page: "events", label: "Events", key: "e" }
    ]
  },
  alone(
    { page: "howItWorks", label: "How it works", key: "w" },
    "M10 3a7 7 0 1 0 0 14a7 7 0 1 0 0-14M7.800 8a2.200 2.200 0 1 1 3.200 2c-.7.4-1 .8-1 1.500M10 14h.01"
  ),
  alone(
    { page: "me", label: "My page", key: "y" },
    "M10 3l2.100 4.500l4.900.6l-3.600 3.400l.9 4.900l-4.300-2.400l-4.300 2.400l.9-4.900l-3.600-3.400l4.900-.6z"
  )
]

/** All views that links of the navigation lead to. */
export const places: ReadonlyArray<Place> = destinations.flatMap((one) => one.places)

/** Whether a view is this place or below it. */
export const isAt = ({ page, below }: Place, current: PageName | undefined): boolean =>
  current === page || (current !== undefined && below?.includes(current) === true)

/** The entries at the bottom of a phone's screen; the others are behind "More". */
export const FIRST = 4
