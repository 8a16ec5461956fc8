/** The entries of the navigation, in order. */
import type { PageName } from "../../../src/dashboard/api/definition/pages.ts"

export interface Destination {
  readonly page: Exclude<PageName, "issue" | "competition" | "miner" | "validator" | "epoch">
  readonly label: string
  /** Leads there after "g". */
  readonly key: string
  /** A 20 × 20 SVG path, drawn as a line. */
  readonly icon: string
  /** Other views for which this entry is marked. */
  readonly below?: ReadonlyArray<PageName>
}

export const destinations: ReadonlyArray<Destination> = [
  { page: "home", label: "Home", key: "o", icon: "M3 9l7-6l7 6v8h-5v-5H8v5H3z" },
  { page: "issues", label: "Issues", key: "i", below: ["issue"], icon: "M10 3a7 7 0 1 0 0 14a7 7 0 1 0 0-14M10 9.5v1" },
  { page: "competitions", label: "Competitions", key: "c", below: ["competition"], icon: "M3 5l5 5l-5 5M17 5l-5 5l5 5" },
  { page: "leaderboard", label: "Leaderboard", key: "l", icon: "M4 17v-5h3.5v5M8.2 17V7h3.6v10M12.5 17V10H16v7" },
  {
    page: "miners",
    label: "Miners",
    key: "m",
    below: ["miner"],
    icon: "M10 3.5a3 3 0 1 0 0 6a3 3 0 1 0 0-6M4 17c0-3.5 2.5-5 6-5s6 1.5 6 5"
  },
  { page: "headToHead", label: "Head to head", key: "h", icon: "M10 3v14M3 7h5M12 7h5M3 12h3M12 12h4" },
  { page: "treasury", label: "Treasury", key: "t", icon: "M3 6c5 0 6 4 14 4M3 10c5 0 6 5 14 5M3 6v4M17 10v5" },
  {
    page: "validators",
    label: "Validators",
    key: "v",
    below: ["validator", "epoch"],
    icon: "M10 3l6 2.5v4c0 4-2.5 6-6 7.5c-3.500-1.500-6-3.500-6-7.500v-4zM7.5 9.500l2 2l3.500-3.500"
  },
  { page: "events", label: "Events", key: "e", icon: "M6 5h11M6 10h11M6 15h11M3 5h.01M3 10h.01M3 15h.01" },
  { page: "stats", label: "Stats", key: "s", icon: "M3 14l4-5l4 3l6-7" },
  {
    page: "howItWorks",
    label: "How it works",
    key: "w",
    icon: "M10 3a7 7 0 1 0 0 14a7 7 0 1 0 0-14M7.800 8a2.200 2.200 0 1 1 3.200 2c-.7.4-1 .8-1 1.500M10 14h.01"
  },
  {
    page: "me",
    label: "My page",
    key: "y",
    icon: "M10 3l2.100 4.500l4.900.6l-3.600 3.400l.9 4.900l-4.300-2.400l-4.300 2.400l.9-4.900l-3.600-3.400l4.900-.6z"
  }
]

/** The entries at the bottom of a phone's screen; the others are behind "More". */
export const FIRST = 4
